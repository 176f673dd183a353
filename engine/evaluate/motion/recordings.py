"""How well motion is found in real recordings whose motion was labelled by hand.

A frame counts as motion where all of its 128 ms lie within the labelled gesture, and as quiet
where they lie outside of every motion with 0.1 s between; others do not count, nor does what a
clip begins with before a window is full. A gesture is found where any of its frames is.

Where a quiet room is learned, it is stitched together of the quiet frames' samples of the other
clips of the same person in the same room, which is a person who holds still, drawn again and
again until it lasts two minutes: the data set holds no empty room.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
import math

import numpy as np

from .baselines import BASELINES, Baseline
from .detectors import NAME, Ours
from .scorers import Samples, Scorer, Scores, Signal
from .statistics import Floats, auc, clustered_interval, detected_at, threshold_at
from .ultragsattack import CARRIER_HZ, RATE_HZ, Label, Recordings, Span

WINDOW_S = 0.128
_BESIDE_S = 0.1
"""Labels are sure to 0.1 s where motion begins or ends gradually."""
_LEARNING_S = 120.0
"""Twice of what is needed, because what looks like motion teaches nothing."""
_SEAM_S = 0.02
_STITCH_SEED = 0
_LONGEST_S = 4.0
"""No clip is longer."""

FALSE_POSITIVES = (0.05, 0.01)

type Makes = Callable[[Label], Scorer]
"""Makes what is to judge a clip, anew for each."""


def methods() -> dict[str, Makes]:
    """The detector and the baselines, by name."""
    simple = {each.name: each for each in BASELINES}
    return {NAME: lambda _: Ours()} | {name: partial(_plain, each) for name, each in simple.items()}


def _plain(baseline: type[Baseline], _: Label) -> Scorer:
    return baseline()


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The frames of one clip that count, by one method."""

    label: Label
    moving: Floats
    quiet: Floats


@dataclass(frozen=True, slots=True)
class Finding:
    """How well one method does on some clips; intervals are of 95 %, of whole people.

    `frames` and `gestures` are the shares found at each of FALSE_POSITIVES.
    """

    clips: int
    auc: float
    auc_interval: tuple[float, float]
    frames: tuple[float, ...]
    frames_intervals: tuple[tuple[float, float], ...]
    gestures: tuple[float, ...]


def judged(
    recordings: Recordings, labels: Sequence[Label], make: Makes, *, learn: bool, every: int = 1
) -> Iterator[Judged]:
    """Every labelled clip (or every so manieth), scored by a method."""
    for label in labels[::every]:
        scorer = make(label)
        iq = recordings.baseband(recordings.clip(label.clip))
        if learn:
            others = [
                each
                for each in labels
                if (each.person, each.room) == (label.person, label.room) and each is not label
            ]
            quiet = _stitched(recordings, others)
            # A node's tone is as loud tomorrow; this recorder's level is another in every clip.
            scorer.learn(_signal(quiet * np.float32(abs(iq.mean()))))
        scores = scorer.score(_signal(iq[:, None]))
        yield Judged(label, *_parted(scores, label))


def _signal(iq: Samples) -> Signal:
    return Signal(iq, RATE_HZ, CARRIER_HZ)


def _parted(scores: Scores, label: Label) -> tuple[Floats, Floats]:
    """The scores of frames wholly within the gesture, and of those wholly within quiet."""
    start, end = scores.t - WINDOW_S, scores.t
    full = start >= -1e-9
    inside = (start >= label.motion.start_s) & (end <= label.motion.end_s)
    beside = full.copy()
    for span in (label.motion, *label.also_moving):
        beside &= (end <= span.start_s - _BESIDE_S) | (start >= span.end_s + _BESIDE_S)
    return scores.value[full & inside], scores.value[beside]


def quiet_spans(label: Label, seconds: float) -> list[Span]:
    """The stretches of a clip of some length in which nobody moves, as far as the label says."""
    busy = sorted((s.start_s, s.end_s) for s in (label.motion, *label.also_moving))
    found, since = [], 0.0
    for start, end in [*busy, (seconds + _BESIDE_S, math.inf)]:
        if start - _BESIDE_S - since > WINDOW_S:
            found.append(Span(since, start - _BESIDE_S))
        since = end + _BESIDE_S
    return found


def _stitched(recordings: Recordings, labels: Iterable[Label]) -> Samples:
    """Quiet at a level of 1: pieces relative to their carriers, joined by short fades."""
    pieces = []
    for label in labels:
        iq = recordings.baseband(recordings.clip(label.clip))
        for span in quiet_spans(label, iq.size / RATE_HZ):
            part = iq[round(span.start_s * RATE_HZ) : round(span.end_s * RATE_HZ)]
            pieces.append(part / np.complex64(part.mean()))
    needed, count = round(_LEARNING_S * RATE_HZ), round(_SEAM_S * RATE_HZ)
    rise = (0.5 - 0.5 * np.cos(math.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
    whole, filled = np.zeros(needed + round(_LONGEST_S * RATE_HZ), dtype=np.complex64), 0
    rng = np.random.default_rng(_STITCH_SEED)
    while filled < needed:
        # Never the same twice: what repeats evenly is a tone.
        piece = pieces[int(rng.integers(len(pieces)))]
        begin = int(rng.integers(max(1, piece.size - round(WINDOW_S * RATE_HZ))))
        faded, start = piece[begin:].copy(), max(0, filled - count)
        if filled:
            whole[start:filled] *= 1 - rise
            faded[:count] *= rise
        whole[start : start + faded.size] += faded
        filled = start + faded.size
    return whole[:needed, None]


def finding(clips: Sequence[Judged]) -> Finding:
    """The figures of one method over some clips."""
    people = sorted({each.label.person for each in clips})
    clusters = [[n for n, each in enumerate(clips) if each.label.person == who] for who in people]

    def pooled(chosen: Iterable[int]) -> tuple[Floats, Floats]:
        parts = [clips[n] for n in chosen]
        return (
            np.concatenate([each.moving for each in parts]),
            np.concatenate([each.quiet for each in parts]),
        )

    def interval(of: Callable[[Floats, Floats], float]) -> tuple[float, float]:
        if len(clusters) < 2:
            return math.nan, math.nan
        return clustered_interval(clusters, lambda chosen: of(*pooled(chosen)))

    moving, quiet = pooled(range(len(clips)))
    at = [partial(detected_at, false_positives=share) for share in FALSE_POSITIVES]
    gestures = []
    for share in FALSE_POSITIVES:
        limit = threshold_at(quiet, share) if quiet.size else math.nan
        gestures.append(float(np.mean([bool((each.moving > limit).any()) for each in clips])))
    return Finding(
        clips=len(clips),
        auc=auc(moving, quiet),
        auc_interval=interval(auc),
        frames=tuple(each(moving, quiet) for each in at),
        frames_intervals=tuple(interval(each) for each in at),
        gestures=tuple(gestures),
    )
