"""Real recordings to learn from: gestures before a tablet, and what its microphone adds.

People in SEEN may be learned from; all others are kept for judging. Clips that nobody labelled
by hand are labelled by a plain rule on the energy beside the carrier.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from halcyon.evaluate.motion.ultragsattack import (
    CARRIER_HZ,
    RATE_HZ,
    Clip,
    Label,
    Recordings,
    read_labels,
)
from halcyon.sense.ultrasound.baseband import Floats
from halcyon.sense.ultrasound.floor import learned_from
from halcyon.sense.ultrasound.frontend import Frontend

from .example import MINOR, QUIET, UNKNOWN, Example, observed
from .spoil import phone_flaws, spoil

type Complexes = NDArray[np.complex64]

SEEN = ("p1", "p3", "p5")
"""Three of the eight people: one who was recorded in one room only, and the two whose recordings
are the noisiest. The five others were recorded in both rooms."""

_EDGE_S = 0.12
"""So near to the edges of a motion nothing is learned: half a window, and what a label is worth."""
_BAND = 12
"""The rule looks at bands up to so many off the carrier, 1.75 m/s."""
_ONSET_DB, _CLEAR_DB, _PAUSE_S = 8.0, 14.0, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Motionless:
    """What a microphone adds while nobody moves, relative to the carrier, (n,) at RATE_HZ."""

    residual: Complexes
    person: str


def examples(recordings: Recordings, people: Collection[str]) -> Iterator[Example]:
    """Every clip of some people, as examples.

    Each comes four times: as it is, with the floor of its session learned, with more noise, and
    backwards with more noise.
    """
    floors = _floors(recordings, people)
    for number, clip in enumerate(recordings.clips):
        if clip.person not in people:
            continue
        rng = np.random.default_rng((4, number))
        made = example(recordings, clip)
        if made is None:
            continue
        yield made
        floor = floors.get((clip.person, clip.room))
        if floor is not None:
            yield replace(made, median=floor[0], high=floor[1])
        for backwards in (False, True):
            flaws = replace(phone_flaws(rng, background=False), level=-20.0)
            spoiled = spoil(recordings.baseband(clip)[:, None], RATE_HZ, flaws, rng)
            found, _ = Frontend(RATE_HZ, CARRIER_HZ, 1).step(
                spoiled[::-1] if backwards else spoiled
            )
            if found is not None:
                kinds = made.kinds[::-1] if backwards else made.kinds
                yield replace(made, doppler=found, kinds=kinds)


def _floors(
    recordings: Recordings, people: Collection[str]
) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """What a minute of calibration would have found in each room, with somebody who holds still."""
    quiet = defaultdict[tuple[str, str], list[Floats]](list)
    for clip in recordings.clips:
        if clip.person in people:
            made = example(recordings, clip)
            if made is not None:
                quiet[clip.person, clip.room].append(made.doppler.bands[made.kinds == QUIET])
    joined = {session: np.concatenate(bands) for session, bands in quiet.items()}
    return {
        session: learned_from(bands)
        for session, bands in joined.items()
        if len(bands) >= _LESSON_FRAMES
    }


_LESSON_FRAMES = 100


def example(recordings: Recordings, clip: Clip) -> Example | None:
    """A clip as an example; None where it is too short or nothing can be told of it."""
    baseband = recordings.baseband(clip)
    found, ends = Frontend(RATE_HZ, CARRIER_HZ, 1).step(baseband[:, None])
    if found is None:
        return None
    t = ends / RATE_HZ
    label = _by_hand().get(clip.name)
    kinds = _labelled(label, t) if label is not None else _by_rule(found.bands, t)
    if kinds is None:
        return None
    return observed(found, kinds, f"real {clip.person} {clip.room}", microphones=1, real=True)


@cache
def _by_hand() -> dict[str, Label]:
    return {each.clip: each for each in read_labels()}


def _labelled(label: Label, t: NDArray[np.float64]) -> NDArray[np.int_]:
    begins, ends = t - 0.128, t
    kinds = np.full(len(t), QUIET)
    spans = [(label.motion.start_s, label.motion.end_s)]
    spans += [(span.start_s, span.end_s) for span in label.also_moving]
    for start, end in spans:
        kinds[(ends > start - 0.02) & (begins < end + 0.02)] = UNKNOWN
    start, end = spans[0]
    middle = (begins + ends) / 2
    kinds[(middle >= start + _EDGE_S / 2) & (middle <= end - _EDGE_S / 2)] = MINOR
    return kinds


def _by_rule(bands: NDArray[np.float32], t: NDArray[np.float64]) -> NDArray[np.int_] | None:
    """Motion where the energy is 8 dB over the clip's own quiet; None where nothing is clear."""
    half = bands.shape[1] // 2
    power = 10 ** (bands[:, half - _BAND : half + _BAND] / 10)
    level = 10 * np.log10(power.sum(axis=1))
    quiet = np.percentile(level, 10)
    if level.max() - quiet < _CLEAR_DB:
        return None
    moving = level > quiet + _ONSET_DB
    kinds = np.where(moving, MINOR, QUIET)
    places = np.flatnonzero(moving)
    for before, after in pairwise(places):
        if after - before > 1 and t[after] - t[before] < _PAUSE_S:
            kinds[before:after] = MINOR
    changes = np.flatnonzero(np.diff(kinds)) + 1
    for change in changes:
        kinds[max(0, change - 3) : change + 3] = UNKNOWN
    # What lies between quiet and motion is neither.
    kinds[(kinds == QUIET) & (level > quiet + _ONSET_DB / 2)] = UNKNOWN
    return kinds


def backgrounds(recordings: Recordings, people: Collection[str]) -> list[Motionless]:
    """What the tablet's microphone adds where somebody holds still, piece by piece."""
    found = []
    for clip in recordings.clips:
        if clip.person not in people:
            continue
        baseband = recordings.baseband(clip)
        spectra, ends = Frontend(RATE_HZ, CARRIER_HZ, 1).step(baseband[:, None])
        if spectra is None:
            continue
        label, t = _by_hand().get(clip.name), ends / RATE_HZ
        kinds = _labelled(label, t) if label is not None else _by_rule(spectra.bands, t)
        if kinds is None:
            continue
        for start, end in _stretches(kinds == QUIET):
            piece = baseband[ends[start] - round(0.128 * RATE_HZ) : ends[end - 1]]
            if len(piece) >= 0.2 * RATE_HZ:
                found.append(Motionless(_residual(piece), clip.person))
    return found


def _stretches(inside: NDArray[np.bool]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _residual(piece: Complexes) -> Complexes:
    """A piece relative to its carrier, whose phase and size may drift evenly."""
    n = np.linspace(-1, 1, len(piece))
    angle = np.unwrap(np.angle(piece))
    slope, start = np.polyfit(n, angle, 1)
    steady = piece * np.exp(-1j * (slope * n + start))
    residual: Complexes = (steady / steady.mean() - 1).astype(np.complex64)
    return residual


def tiled(pieces: list[Motionless], count: int, rng: np.random.Generator) -> Motionless:
    """A background of `count` samples at RATE_HZ: pieces drawn at random, faded into each other."""
    fade = round(0.03 * RATE_HZ)
    rise = np.sqrt(np.linspace(0, 1, fade, dtype=np.float32))
    person = pieces[int(rng.integers(len(pieces)))].person
    own = [each.residual for each in pieces if each.person == person]
    out = np.zeros(count + 4 * round(RATE_HZ), dtype=np.complex64)
    at = 0
    while at < count:
        piece = own[int(rng.integers(len(own)))].copy()
        if rng.uniform() < 0.5:
            piece = piece[::-1]
        piece[:fade] *= rise
        piece[-fade:] *= rise[::-1]
        room = out[at : at + len(piece)]
        room += piece[: len(room)]
        at += len(piece) - fade
    return Motionless(out[:count], person)
