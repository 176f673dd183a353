"""Samples in, Doppler spectra out: what needs a rate and a carrier, for one node."""

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import Json, flag_in, item, optional_number_in
from .baseband import (
    GLIMPSE_S,
    Complexes,
    Floats,
    Framer,
    Offset,
    carriers,
    grid_of,
    relative,
)
from .doppler import Doppler, scale_of, spectra

_FAINT = 1e-7


class Frontend:
    """The part of a detector that a change of rate, carrier or microphones makes new.

    `rate` is samples/s, `carrier` Hz and `sound_speed` m/s.
    """

    def __init__(
        self, rate: float, carrier: float, microphones: int, sound_speed: float = 343.2
    ) -> None:
        self.microphones = microphones
        self.rate = rate
        self.carrier = carrier
        self._grid = grid_of(rate)
        self._scale = scale_of(self._grid, carrier, sound_speed)
        self._framer = Framer(self._grid, microphones)
        self._offset = Offset(self._grid)
        self._size: float | None = None
        self._framed = False

    @property
    def hop(self) -> int:
        """How many samples frames lie apart."""
        return self._grid.hop

    def tune(self, sound_speed: float) -> None:
        """Take up another speed of sound."""
        self._scale = scale_of(self._grid, self.carrier, sound_speed)

    def step(self, samples: Complexes) -> tuple[Doppler | None, NDArray[np.int_]]:
        """Take in samples (n, microphones), any number of them.

        Gives the spectra of the frames that are whole now, or None, and where each frame ends:
        so many samples after the first of these.
        """
        frames, ends = self._framer.push(samples)
        if not len(frames):
            return None, ends
        self._framed = True
        return self._spectra(frames), ends

    def pause(self) -> Doppler | None:
        """The next samples do not follow the last ones.

        Gives what the last ones show where they are too few for a frame but enough to tell a
        walk from a standstill: as of a tone in short bursts.
        """
        rest = self._framer.clear()
        glimpsed = not self._framed and len(rest) >= GLIMPSE_S * self.rate
        found = self._spectra(rest.T[None]) if glimpsed else None
        self._offset.pause()
        self._size, self._framed = None, False
        return found

    def _spectra(self, frames: Complexes) -> Doppler:
        rough = carriers(frames)
        turns = np.array(
            [self._offset.step(frame, each) for frame, each in zip(frames, rough, strict=True)],
            dtype=np.float32,
        )
        echoes, sizes = relative(frames, turns, self._grid)
        return spectra(echoes, sizes, self._gains(sizes), self._scale)

    def _gains(self, sizes: Floats) -> Floats:
        """By how many dB the carrier changed from frame to frame, over all microphones."""
        level = np.maximum(np.sqrt(np.mean(np.square(sizes), axis=1)), _FAINT)
        decibels = 20 * np.log10(level)
        first = decibels[0] if self._size is None else self._size
        self._size = float(decibels[-1])
        gains: Floats = np.diff(decibels, prepend=first).astype(np.float32)
        return gains

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "framer": self._framer.snapshot(),
            "offset": self._offset.snapshot(),
            "size": self._size,
            "framed": self._framed,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        size, framed = optional_number_in(state, "size"), flag_in(state, "framed")
        self._framer.restore(item(state, "framer"))
        self._offset.restore(item(state, "offset"), self.microphones)
        self._size, self._framed = size, framed
