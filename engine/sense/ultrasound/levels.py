"""How loud the tone arrives at each microphone, and whether one of them is covered."""

import numpy as np

from ...core.reading import Quadrature
from ...core.snapshot import Json, item, number_in, optional_number_in, rows_in
from .tones import Floats

CHANNEL_FALL_DB = 24.0
"""So far below the loudest a channel is blocked: places and gains of microphones in one device
differ by up to 12 dB, and in a small room with hard walls echoes take away half as much again of
the tone at one of them."""
LEVEL_FALL_DB = 10.0
"""So far below its learned level a channel is blocked: a person beside the device changes it by
3 dB, tape over the port by 15 dB or more (chosen between them)."""

LEARNING_S = 10.0
"""After so long the level of a microphone is known."""
RISE_S = 60.0
FALL_S = 6 * 3600.0
"""How fast what was learned follows: quickly what was uncovered, slowly dust and age."""

_SAME_CARRIER_HZ = 1.0
_LEAST = 1e-12


class Levels:
    """The levels of one node's microphones, dB; learned anew with every other carrier.

    They are relative to what is emitted where the node says that, so that a tone made quieter
    is not taken for a cover.
    """

    def __init__(self) -> None:
        self._carrier: float | None = None
        self._learned: Floats | None = None
        self._known = 0.0
        self._loudest = 0.0

    @property
    def loudest(self) -> float:
        """The power of the tone at the loudest microphone, full scale 1; 0 while unknown."""
        return self._loudest

    @property
    def known(self) -> bool:
        """Whether the levels were heard for long enough to be compared with."""
        return self._known >= LEARNING_S

    def step(self, tone: Floats, reading: Quadrature, seconds: float) -> bool:
        """Take in the tone's power at each microphone; gives whether one of them is blocked."""
        self._loudest = float(tone.max())
        level = 10 * np.log10(np.maximum(tone, _LEAST))
        if reading.level is not None:
            level = level - reading.level
        learned = self._learned
        if (
            learned is None
            or len(learned) != len(level)
            or self._carrier is None
            or abs(reading.carrier - self._carrier) > _SAME_CARRIER_HZ
        ):
            self._carrier, self._known = reading.carrier, 0.0
            learned = self._learned = level
        blocked = bool(level.min() < level.max() - CHANNEL_FALL_DB) or (
            self.known and bool((level < learned - LEVEL_FALL_DB).any())
        )
        if not blocked:
            self._learn(learned, level, seconds)
        return blocked

    def _learn(self, learned: Floats, level: Floats, seconds: float) -> None:
        self._known += seconds
        # The first seconds all count alike.
        pace = np.where(level > learned, RISE_S, FALL_S) if self.known else self._known
        self._learned = (learned + seconds / pace * (level - learned)).astype(np.float32)

    def snapshot(self) -> Json:
        """The state as JSON."""
        learned: Json = None
        if self._learned is not None:
            learned = [float(each) for each in self._learned]
        return {
            "carrier": self._carrier,
            "learned": learned,
            "known": self._known,
            "loudest": self._loudest,
        }

    def restore(self, state: Json) -> None:
        """Replace the state with that of a snapshot; raises SnapshotError if it is none."""
        carrier = optional_number_in(state, "carrier")
        known, loudest = number_in(state, "known"), number_in(state, "loudest")
        learned = None
        if item(state, "learned") is not None:
            rows = rows_in(state, "learned")
            learned = np.array([number_in(rows, k) for k in range(len(rows))], dtype=np.float32)
        self._carrier, self._learned, self._known = carrier, learned, known
        self._loudest = loudest
