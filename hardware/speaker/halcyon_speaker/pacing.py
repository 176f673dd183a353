"""When the tone is on: what was seen and what was asked for, as the plan of the engine wants it."""

from collections.abc import Iterable

from halcyon.core.reading import MotionLevel
from halcyon.sense.ultrasound.detector import Verdict
from halcyon.sense.ultrasound.duty import Situation
from halcyon.sense.ultrasound.verdict import FADED_S

from .emitter import Emitter
from .listener import Chunk

OPEN_S = 60.0
"""For so long after `cmd/rate` the I/Q is sent, and the tone has no pauses."""

FIRST_LOOK_S = 0.3
"""Silence before the very first tone, against which its rise is seen."""

_DETECTED = 0.5
"""A frame's score from which it counts as seen by itself, whatever the state machine holds."""

_NEVER = -1e18


class Pacing:
    """The situation of one node. Times are host seconds but for those of chunks."""

    def __init__(self, emitter: Emitter, situation: Situation, *, steady: bool) -> None:
        self._emitter = emitter
        self._situation = situation
        self._steady = steady
        self._asked_steady = False
        self._open_until = _NEVER
        self._seen_at = _NEVER
        self._occupied_until = _NEVER

    def open(self, t: float, *, asked: bool) -> None:
        """I/Q is wanted for a minute from t on, or no longer."""
        self._open_until = t + OPEN_S if asked else t

    def duty(self, share: float) -> None:
        """The part of the time that the tone is to be on: 1 is always, less is as planned."""
        self._asked_steady = share >= 1

    def told(self, t: float, *, occupied: bool) -> None:
        """The home says at t whether somebody is in the room, whoever of it saw them."""
        self._occupied_until = t + FADED_S if occupied else t

    def is_occupied(self, t: float) -> bool:
        """Whether the home says that somebody is in the room."""
        return t < self._occupied_until

    def is_open(self, t: float) -> bool:
        """Whether I/Q is wanted at t."""
        return t < self._open_until

    def still(self, t: float) -> float:
        """How many seconds nobody has moved."""
        return t - self._seen_at

    def see(self, verdicts: Iterable[Verdict], chunk: Chunk, t: float) -> None:
        """Take in what was seen in a chunk that ends at t."""
        for verdict in verdicts:
            moving = verdict.level is not MotionLevel.NONE
            if moving:
                self._seen_at = t
            if verdict.score >= _DETECTED:
                change = self._situation.after_detection if moving else self._situation.after_hint
                self._situation = change(chunk.planned)

    def order(
        self, chunk: Chunk, t: float, *, standby: bool, calibrating: bool, pets: bool
    ) -> None:
        """Let the emitter know, after a chunk that ends at t."""
        self._situation = self._situation.changed(
            chunk.planned,
            standby=standby,
            steady=self._steady or self._asked_steady or calibrating or self.is_open(t),
            occupied=self.still(t) < FADED_S or self.is_occupied(t),
            pets=pets,
        )
        self._emitter.order(self._situation)
