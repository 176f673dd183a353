"""How well motion is found in real recordings whose motion was labelled by hand.

A frame counts as motion where all of its 128 ms lie within the labelled gesture, and as quiet
where they lie outside of every motion with 0.1 s between; others do not count, nor does what a
clip begins with before a window is full. A gesture is found where any of its frames is.

Where a quiet room is learned, it is the quiet pieces of the other clips of the same person in the
same room, each by itself, over and over for two minutes: a person who holds still, because the
data set holds no empty room.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
import math

import numpy as np

from ..statistics import Floats, auc, clustered_interval, detected_at, threshold_at
from .baselines import BASELINES, Baseline
from .detectors import NAME, Ours
from .scorers import Samples, Scorer, Scores, Signal
from .ultragsattack import CARRIER_HZ, RATE_HZ, Label, Recordings, Span

WINDOW_S = 0.128
_BESIDE_S = 0.1
"""Labels are sure to 0.1 s where motion begins or ends gradually."""
_LEARNING_S = 120.0
"""Twice of what is needed, because what looks like motion teaches nothing."""

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
            scorer.learn(_quiet(recordings, others, float(abs(iq.mean()))))
        scores = scorer.score(_signal(iq[:, None]))
        yield Judged(label, *_parted(scores, label))


def _signal(iq: Samples, breaks: tuple[int, ...] = ()) -> Signal:
    return Signal(iq, RATE_HZ, CARRIER_HZ, breaks=breaks)


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


def _quiet(recordings: Recordings, labels: Iterable[Label], level: float) -> Signal:
    """Two minutes of quiet pieces, over and over, each at `level`; none follows on another."""
    pieces: list[Samples] = []
    for label in labels:
        iq = recordings.baseband(recordings.clip(label.clip))
        for span in quiet_spans(label, iq.size / RATE_HZ):
            part = iq[round(span.start_s * RATE_HZ) : round(span.end_s * RATE_HZ)]
            # A node's tone is as loud tomorrow; this recorder's is another in every clip.
            pieces.append(part * np.float32(level / abs(part.mean())))
    needed = round(_LEARNING_S * RATE_HZ)
    rounds = -(-needed // sum(piece.size for piece in pieces))
    parts = pieces * rounds
    breaks = np.cumsum([0, *(piece.size for piece in parts[:-1])])
    return _signal(np.concatenate(parts)[:, None], tuple(breaks.tolist()))


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
