"""What a node's front end makes of signals: all of the detector in which no network has a say.

Rendering rooms and taking their spectra is what an evaluation spends its time on. Both are the
same for whatever weights are judged, so that they may be kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...core.snapshot import Json
from ...sense.ultrasound.doppler import Doppler
from ...sense.ultrasound.frontend import Frontend
from ...sense.ultrasound.trouble import Health
from ..statistics import Floats
from .scorers import Signal


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The frames of a signal: when each ended (n,), seconds from its beginning, and its spectrum.

    They are of so many `microphones` and a `carrier` in Hz, and the signal of `seconds`.
    """

    t: Floats
    doppler: Doppler
    microphones: int
    carrier: float
    seconds: float


class Ear:
    """The front end of one node, as it is after what it has heard.

    It hears what a detector with the same samples hears that cancels nothing.
    """

    def __init__(self, rate: float, carrier: float, microphones: int) -> None:
        self._made_for = (rate, carrier, microphones)
        self._state: tuple[Json, Json] = (self._frontend().snapshot(), Health().snapshot())

    @classmethod
    def of(cls, signal: Signal) -> Ear:
        """One that has heard nothing yet, for signals like this one."""
        return cls(signal.rate, signal.carrier, signal.iq.shape[1])

    def after(self, signal: Signal) -> Ear:
        """The same ear, once it has heard that too."""
        _, frontend, health = self._heard(signal)
        later = Ear(*self._made_for)
        later._state = (frontend.snapshot(), health.snapshot())
        return later

    def hear(self, signal: Signal) -> Heard | None:
        """The frames of a signal that follows on what was heard before.

        None where something in it blinds: what a detector makes of that is more than its frames.
        """
        found, _, _ = self._heard(signal)
        return found

    def _frontend(self) -> Frontend:
        return Frontend(*self._made_for)

    def _heard(self, signal: Signal) -> tuple[Heard | None, Frontend, Health]:
        frontend, health = self._frontend(), Health()
        frontend.restore(self._state[0])
        health.restore(self._state[1])
        times, parts, blind = list[Floats](), list[Doppler](), bool(signal.breaks)
        for reading, t in signal.pieces():
            trouble = health.step(reading)
            blind |= trouble is not None and trouble.is_blinding
            found, ends = frontend.step(reading.samples)
            if found is not None:
                parts.append(found)
                times.append(t + ends / signal.rate)
        if blind or not parts:
            return None, frontend, health
        _, carrier, microphones = self._made_for
        whole = joined(parts, np.concatenate)
        heard = Heard(np.concatenate(times), whole, microphones, carrier, signal.seconds)
        return heard, frontend, health


FIELDS = ("bands", "noise", "burst", "balance", "gain")
"""Of a Doppler."""

type Arrays = dict[str, np.ndarray]


def joined(parts: Sequence[Doppler], how: Callable[[list[np.ndarray]], np.ndarray]) -> Doppler:
    """Several as one, each field of them put together somehow."""
    fields = {name: how([getattr(part, name) for part in parts]) for name in FIELDS}
    return replace(parts[0], **fields)


def packed(several: Sequence[Heard]) -> Arrays:
    """Several of one room that are equally long as arrays (several, frames, …)."""
    first = several[0]
    doppler = joined([each.doppler for each in several], np.stack)
    arrays: Arrays = {name: getattr(doppler, name) for name in FIELDS}
    place = np.array([first.microphones, first.carrier, first.seconds])
    return arrays | {"t": np.stack([each.t for each in several]), "place": place}


def unpacked(arrays: Arrays) -> list[Heard]:
    """What was packed."""
    microphones, carrier, seconds = arrays["place"].tolist()
    every = [Doppler(*row) for row in zip(*(arrays[name] for name in FIELDS), strict=True)]
    return [
        Heard(t, doppler, round(microphones), carrier, seconds)
        for t, doppler in zip(arrays["t"], every, strict=True)
    ]
