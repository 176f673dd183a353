"""From chunks of any length to frames relative to the carrier: what comes before the spectrum.

The direct path from speaker to microphone is by far the strongest of all, so the mean of a frame
is the carrier as that microphone hears it. Dividing by it removes gain, phase and the slow drift
of the clocks from every microphone, and leaves 1 plus echoes: their power is in dBc whatever the
device. Frames follow from the samples alone, not from how they were cut into chunks.
"""

from dataclasses import dataclass
from functools import cache
import math

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    pack_array,
    rows_in,
    unpack_array,
)

type Complexes = NDArray[np.complex64]
type Floats = NDArray[np.float32]

WINDOW_S = 0.128
"""As long as a step of a walk shows one speed; 7.8 Hz or 0.07 m/s apart at 20 kHz."""
HOP_S = 0.05
"""As often as chunks come."""

GLIMPSE_S = 0.045
"""A tone in bursts is on for less than a frame; so much of it still shows a walk."""

OFFSET_LIMIT_HZ = 1.5
"""Two crystals of 20 ppm each at 37 kHz; what turns faster is no carrier of ours."""

_SETTLED = 60
"""Frames over which the clock offset is averaged: three seconds, because an echo turns the
carrier by hundredths of a radian for as long as somebody walks."""

_FAINT = 1e-7
"""-140 dBFS: below the rounding of 24 bits; nothing may be divided by it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How frames are cut at a rate: `window` and `hop` in samples."""

    rate: float
    window: int
    hop: int


@cache
def grid_of(rate: float) -> Grid:
    """The grid of a sample rate; both lengths are rounded to whole samples."""
    return Grid(rate, round(WINDOW_S * rate), round(HOP_S * rate))


class Framer:
    """Cuts one stream of samples into overlapping frames."""

    def __init__(self, grid: Grid, microphones: int) -> None:
        self._grid = grid
        self._held = np.empty((0, microphones), dtype=np.complex64)

    def push(self, samples: Complexes) -> tuple[Complexes, NDArray[np.int_]]:
        """Take in samples (n, microphones).

        Gives the frames that are whole now (frames, microphones, window), and where each ends:
        so many samples after the first of these.
        """
        before = len(self._held)
        held = np.concatenate([self._held, samples])
        count = max(0, (len(held) - self._grid.window) // self._grid.hop + 1)
        frames = cut(held, self._grid)
        self._held = held[count * self._grid.hop :]
        ends = np.arange(count) * self._grid.hop + self._grid.window - before
        return frames, ends

    def clear(self) -> Complexes:
        """Forget the samples that fill no frame yet, because the next do not continue them.

        Gives them, (n, microphones).
        """
        rest, self._held = self._held, self._held[:0]
        return rest

    def snapshot(self) -> Json:
        """The state as JSON."""
        return pack_array(self._held)

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        length = rows_in(state, "shape")[0]
        if not isinstance(length, int) or not 0 <= length < self._grid.window + self._grid.hop:
            raise SnapshotError(f"a snapshot holds {length!r} samples that fill no frame")
        shape = (length, self._held.shape[1])
        self._held = unpack_array(state, "complex64", shape).astype(np.complex64)


def cut(samples: Complexes, grid: Grid) -> Complexes:
    """All whole frames of samples (n, microphones): a view (frames, microphones, window)."""
    if len(samples) < grid.window:
        return np.empty((0, samples.shape[1], grid.window), dtype=np.complex64)
    windows = np.lib.stride_tricks.sliding_window_view(samples, grid.window, axis=0)
    frames: Complexes = windows[:: grid.hop]
    return frames


@cache
def hann(window: int) -> Floats:
    """The periodic Hann window, whose sum is 1. Its side lobes fall by 18 dB an octave."""
    shape = 0.5 - 0.5 * np.cos(2 * math.pi * np.arange(window) / window)
    weights: Floats = (shape / shape.sum()).astype(np.float32)
    return weights


def carriers(frames: Complexes) -> Complexes:
    """The carrier of each frame and microphone: the weighted mean, shape (…, microphones)."""
    found: Complexes = frames @ hann(frames.shape[-1])
    return found


def first_turn(frame: Complexes, grid: Grid) -> float:
    """The turn of the carrier within one hop, radians, from the two halves of one frame."""
    half = frame.shape[-1] // 2
    window = hann(half)
    before, after = frame[:, :half] @ window, frame[:, half : 2 * half] @ window
    hops: float = grid.hop / half
    return turn(before, after) * hops


def turn(before: Complexes, after: Complexes) -> float:
    """The common turn of all microphones between two carriers (microphones,), radians."""
    total = complex(np.vdot(before, after))
    return math.atan2(total.imag, total.real)


class Offset:
    """By how much the recording clock runs against the playing one, as a turn per hop.

    A running mean at first, so that it is right from the second frame on, then a slow one.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._limit = 2 * math.pi * OFFSET_LIMIT_HZ * grid.hop / grid.rate
        self._frames = 0
        self._turn = 0.0
        self._last: Complexes | None = None

    def step(self, frame: Complexes, carrier: Complexes) -> float:
        """Take in a frame (microphones, window) and its carrier; gives radians per hop."""
        if self._last is None:
            found = first_turn(frame, self._grid) if not self._frames else self._turn
        else:
            found = turn(self._last, carrier)
        self._last = carrier
        self._frames = min(self._frames + 1, _SETTLED)
        limited = min(max(found, -self._limit), self._limit)
        self._turn += (limited - self._turn) / self._frames
        return self._turn

    def pause(self) -> None:
        """The next frame does not follow the last one."""
        self._last = None

    def snapshot(self) -> Json:
        """The state as JSON."""
        last = None if self._last is None else pack_array(self._last)
        return {"frames": self._frames, "turn": self._turn, "last": last}

    def restore(self, state: Json, microphones: int) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        kept = item(state, "last")
        last = None
        if kept is not None:
            last = unpack_array(kept, "complex64", (microphones,)).astype(np.complex64)
        frames, turned = number_in(state, "frames"), optional_number_in(state, "turn") or 0.0
        self._frames = min(max(int(frames), 0), _SETTLED)
        self._turn = min(max(turned, -self._limit), self._limit)
        self._last = last


def relative(frames: Complexes, turns: Floats, grid: Grid) -> tuple[Complexes, Floats]:
    """Frames (frames, microphones, samples) relative to their carriers, and the carriers' sizes.

    `turns` are radians per hop (frames,). The carrier itself is taken off: what is left is the
    echoes of what moves, and noise.
    """
    window = frames.shape[-1]
    samples = np.arange(window, dtype=np.float32) - np.float32(window / 2)
    angle = (turns / np.float32(grid.hop))[:, None, None] * samples
    steady = frames * (np.cos(angle) - 1j * np.sin(angle)).astype(np.complex64)
    found = carriers(steady)
    size = np.abs(found)
    safe = np.where(size > _FAINT, found, np.complex64(1))
    echoes: Complexes = steady / safe[..., None] - np.complex64(1)
    echoes[size <= _FAINT] = 0
    return echoes, size.astype(np.float32)
