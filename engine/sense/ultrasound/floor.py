"""What a quiet room sounds like to this node, band by band.

A learned floor is the median and the 95th percentile of each band over a minute in which nobody
moved. Before anybody calibrates, the frame's own far bins say how loud white noise is. Afterwards
the floor follows what drifts, but only through frames that look like it, and never far.

All functions take any leading axes before the bands, so that many rooms can be worked on at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    pack_array,
    unpack_array,
)
from ..percentiles import percentiles
from .air import Air
from .baseband import HOP_S, Floats
from .doppler import BANDS

LEARNING_S = 60.0
"""How much of a quiet room is learned from."""
LEARNING_FRAMES = round(LEARNING_S / HOP_S)

_ENOUGH = 0.5
"""The part of a lesson that must have been quiet."""
_PATIENCE = 3
"""After so many times the length of a lesson, what never came to rest belongs to the room."""

_LOWEST_DB, _HIGHEST_DB, _STEP_DB = -140.0, -20.0, 0.5
_CELLS = round((_HIGHEST_DB - _LOWEST_DB) / _STEP_DB)

COLD_MEDIAN_DB, COLD_HIGH_DB = -1.0, 5.0
"""Where the median and the 95th percentile of a band of white noise lie against its mean: power
of one or two bins is distributed exponentially, or nearly."""

_NOISE_STEPS = (2.0, 0.05)
"""How far the estimate of the white noise moves a frame, in dB: at first and in the end."""

_QUIET_EXCESS_DB = 3.0
_QUIET_SHARE = 0.2
"""A frame looks like the floor if at most a fifth of its bands lie 3 dB beyond the 95th
percentile; hum may fill a few, a person fills more."""

_COLD_STEP_DB, _LEARNED_STEP_DB = 0.1, 0.01
"""How far the floor follows in a frame: 1 dB a second at most while nothing was learned, a tenth
of that afterwards."""

_FARTHEST_DB = 6.0
"""A floor that drifted farther than this from what was learned is to be learned anew."""


_WHITE_PERCENTILE = 25
"""The fast bands of a quiet room hold nothing but the noise of the microphone."""

_SAME_CARRIER_HZ = 500.0
"""A floor that was learned farther from the carrier than this is one of another sound field."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What is known of a quiet room. `at` is unix seconds, None before anybody calibrated.

    `progress` is 0-1 while it is being learned, else None. It was learned at a `carrier` in Hz
    and in some `air`, as far as that was known; `median` and `high` are the 50th and 95th
    percentile of each band in dBc/Hz, (BANDS,).
    """

    at: float | None = None
    progress: float | None = None
    carrier: float | None = None
    median: Floats | None = None
    high: Floats | None = None
    air: Air | None = None

    def fits(self, carrier: float) -> bool:
        """Whether it holds for a carrier in Hz."""
        return self.carrier is not None and abs(self.carrier - carrier) <= _SAME_CARRIER_HZ


class Floor:
    """The floor of one node or, with a leading shape, of many rooms at once."""

    def __init__(self, shape: tuple[int, ...] = ()) -> None:
        self._shape = shape
        self.learned = np.zeros(shape, dtype=np.bool)
        self.median = np.zeros((*shape, BANDS), dtype=np.float32)
        self.high = np.zeros((*shape, BANDS), dtype=np.float32)
        self.noise = np.zeros(shape, dtype=np.float32)
        self._anchor = np.zeros((*shape, BANDS), dtype=np.float32)
        self._frames = 0

    def know(self, median: Floats, high: Floats, which: NDArray[np.bool] | None = None) -> None:
        """Take up what was learned, shape (…, BANDS), for those of the rooms that are named."""
        chosen = np.ones(self._shape, dtype=np.bool) if which is None else which
        wide = chosen[..., None]
        self.median = np.where(wide, median, self.median).astype(np.float32)
        self.high = np.where(wide, high, self.high).astype(np.float32)
        self._anchor = np.where(wide, median, self._anchor).astype(np.float32)
        self.learned = self.learned | chosen

    def forget(self) -> None:
        """Begin anew, with nothing known."""
        self.learned = np.zeros(self._shape, dtype=np.bool)
        self._frames = 0

    def step(self, bands: Floats, noise: Floats, burst: Floats) -> None:
        """Take in a frame: bands (…, BANDS), noise and burst (…)."""
        if not self._frames:
            self.noise = np.array(noise, dtype=np.float32)
            self._start()
        else:
            first, last = _NOISE_STEPS
            step = np.float32(max(last, first / self._frames))
            moved = np.clip(noise - self.noise, -step, step)
            self._follow_noise(moved.astype(np.float32))
        self._frames = min(self._frames + 1, 1_000)
        over = bands - self.high
        loud = np.mean(over > _QUIET_EXCESS_DB, axis=-1) > _QUIET_SHARE
        quiet = ~loud & (burst < _QUIET_EXCESS_DB)
        size = np.where(self.learned, _LEARNED_STEP_DB, _COLD_STEP_DB) * quiet
        wide = size.astype(np.float32)[..., None]
        above = bands > self.median
        self.median = self.median + wide * np.where(above, np.float32(0.5), np.float32(-0.5))
        beyond = bands > self.high
        self.high = self.high + wide * np.where(beyond, np.float32(0.95), np.float32(-0.05))
        low, top = self._anchor - _FARTHEST_DB, self._anchor + _FARTHEST_DB
        held = np.clip(self.median, low, top)
        self.median = np.where(self.learned[..., None], held, self.median).astype(np.float32)
        self.high = np.maximum(self.high, self.median + np.float32(1.0))

    def _start(self) -> None:
        cold = ~self.learned[..., None]
        level = self.noise[..., None]
        self.median = np.where(cold, level + COLD_MEDIAN_DB, self.median).astype(np.float32)
        self.high = np.where(cold, level + COLD_HIGH_DB, self.high).astype(np.float32)

    def _follow_noise(self, moved: Floats) -> None:
        self.noise = self.noise + moved
        # A floor that nobody learned is tied to the noise that it was guessed from.
        tied = np.where(self.learned, np.float32(0), moved)[..., None]
        self.median, self.high = self.median + tied, self.high + tied

    def snapshot(self) -> Json:
        """The state as JSON, of one room."""
        return {
            "learned": bool(self.learned),
            "frames": self._frames,
            "median": pack_array(self.median),
            "high": pack_array(self.high),
            "anchor": pack_array(self._anchor),
            "noise": float(self.noise),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        learned = item(state, "learned")
        frames, noise = number_in(state, "frames"), number_in(state, "noise")
        median, high, anchor = (levels_in(state, key) for key in ("median", "high", "anchor"))
        self.learned = np.array(learned is True)
        self._frames = min(max(int(frames), 0), 1_000)
        self.median, self.high, self._anchor = median, high, anchor
        self.noise = np.array(noise, dtype=np.float32)

    def restore_all(self, states: Sequence[Json]) -> None:
        """Take up a state a room, with their number as the leading shape.

        All must have heard equally many frames, or as many as count. Raises SnapshotError if one
        is none, or has heard more than another.
        """
        self._frames = same_frames(states)
        self.learned = np.array([item(state, "learned") is True for state in states])
        self.median, self.high, self._anchor = (
            np.stack([levels_in(state, key) for state in states])
            for key in ("median", "high", "anchor")
        )
        self.noise = np.array([number_in(state, "noise") for state in states], dtype=np.float32)


def same_frames(states: Sequence[Json]) -> int:
    """How many frames several rooms have heard; raises SnapshotError unless it is the same."""
    frames = {round(number_in(state, "frames")) for state in states}
    if len(frames) != 1:
        raise SnapshotError("rooms that have heard for different times cannot go on together")
    return frames.pop()


class Lesson:
    """Learns a floor: counts how often each band had which level.

    A frame in which somebody moves teaches nothing. But what goes on moving for minutes, in a
    room that somebody called quiet, is the room.
    """

    def __init__(self) -> None:
        self._counts = np.zeros((2, BANDS, _CELLS), dtype=np.int32)
        self._frames = [0, 0]

    @property
    def progress(self) -> float:
        """How much of it is done, 0-1."""
        quiet, moving = self._frames
        whole = quiet + moving
        if whole >= _PATIENCE * LEARNING_FRAMES:
            return 1.0
        return min(1.0, whole / LEARNING_FRAMES, quiet / (_ENOUGH * LEARNING_FRAMES))

    def step(self, bands: Floats, *, quiet: bool = True) -> None:
        """Take in the bands (BANDS,) of a frame."""
        cells = ((bands - _LOWEST_DB) / _STEP_DB).astype(np.int_)
        which = 0 if quiet else 1
        self._counts[which, np.arange(BANDS), np.clip(cells, 0, _CELLS - 1)] += 1
        self._frames[which] += 1

    def quantile(self, share: float) -> Floats:
        """The level below which a band was for a share of the time, dBc/Hz, (BANDS,)."""
        enough = self._frames[0] >= _ENOUGH * LEARNING_FRAMES
        counts = self._counts[0] if enough else self._counts.sum(axis=0)
        total = np.cumsum(counts, axis=1)
        wanted = share * total[:, -1]
        cell = np.argmax(total >= wanted[:, None], axis=1)
        rows = np.arange(BANDS)
        inside = np.maximum(counts[rows, cell], 1)
        part = (wanted - (total[rows, cell] - inside)) / inside
        levels: Floats = (_LOWEST_DB + (cell + part) * _STEP_DB).astype(np.float32)
        return levels

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {"counts": pack_array(self._counts), "frames": list(self._frames)}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        shape = (2, BANDS, _CELLS)
        counts = unpack_array(item(state, "counts"), "int32", shape).astype(np.int32)
        frames = item(state, "frames")
        self._frames = [max(0, int(number_in(frames, each))) for each in (0, 1)]
        self._counts = counts


class Teacher:
    """Learns the quiet room when asked to, and keeps what it learned."""

    def __init__(self) -> None:
        self._known = Learned()
        self._lesson: Lesson | None = None
        self._begin = 0.0

    @property
    def learned(self) -> Learned:
        """What is known, and how far the learning is."""
        if self._lesson is None:
            return self._known
        return replace(self._known, progress=self._lesson.progress)

    def begin(self, t: float) -> None:
        """Learn anew from t on, host seconds."""
        self._lesson, self._begin = Lesson(), t

    def step(
        self, bands: Floats, carrier: float, t: float, *, quiet: bool, air: Air | None = None
    ) -> bool:
        """Take in the bands (BANDS,) of the frame that ends at t; whether something was learned."""
        if self._lesson is None or t < self._begin:
            return False
        self._lesson.step(bands, quiet=quiet)
        if self._lesson.progress < 1:
            return False
        median, high = self._lesson.quantile(0.5), self._lesson.quantile(0.95)
        self._known = Learned(t, None, carrier, median, high, air)
        self._lesson = None
        return True

    def snapshot(self) -> Json:
        """The state as JSON."""
        known = self._known
        return {
            "at": known.at,
            "carrier": known.carrier,
            "median": None if known.median is None else pack_array(known.median),
            "high": None if known.high is None else pack_array(known.high),
            "air": None if known.air is None else [known.air.temperature, known.air.humidity],
            "begin": self._begin,
            "lesson": None if self._lesson is None else self._lesson.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        at, carrier = optional_number_in(state, "at"), optional_number_in(state, "carrier")
        known = Learned()
        if at is not None and carrier is not None:
            median, high = levels_in(state, "median"), levels_in(state, "high")
            kept_air = item(state, "air")
            air = None if kept_air is None else Air(*(number_in(kept_air, each) for each in (0, 1)))
            known = Learned(at, None, carrier, median, high, air)
        begin, kept = number_in(state, "begin"), item(state, "lesson")
        lesson = None
        if kept is not None:
            lesson = Lesson()
            lesson.restore(kept)
        self._known, self._begin, self._lesson = known, begin, lesson


def through_air(levels: Floats, shift: float) -> Floats:
    """A floor (BANDS,) in dBc/Hz when echoes come back by `shift` dB louder than it was learned.

    What lies above the white noise of the microphone is echoes of moving air and the like.
    """
    power = 10 ** (levels / 10)
    (white,) = percentiles(power, (_WHITE_PERCENTILE,))
    moved = white + np.maximum(power - white, 0) * 10 ** (shift / 10)
    found: Floats = np.where(power > white, 10 * np.log10(moved), levels).astype(np.float32)
    return found


def levels_in(state: Json, key: str) -> Floats:
    """Levels of all bands (BANDS,) in a snapshot; raises SnapshotError for anything else."""
    levels = unpack_array(item(state, key), "float32", (BANDS,)).astype(np.float32)
    if not np.isfinite(levels).all():
        raise SnapshotError(f"a snapshot holds levels for {key!r} that are no numbers")
    return levels


def learned_from(bands: Floats) -> tuple[Floats, Floats]:
    """Median and 95th percentile of bands (…, frames, BANDS): what a lesson would have found."""
    median, high = percentiles(bands, (50, 95), axis=-2)
    return median.astype(np.float32), high.astype(np.float32)
