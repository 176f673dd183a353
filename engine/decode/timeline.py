"""The order and the time of one node's messages, over its reboots."""

from typing import NamedTuple

from ..core.snapshot import Json, item
from .clock import Clock
from .sequence import Sequence
from .stamp import Stamp


class Placed(NamedTuple):
    """When a message was measured (host's clock, unix seconds) and how many are missing before."""

    measured_t: float
    missing: int


class Timeline:
    """Running numbers and the clock of the boot that counts."""

    def __init__(self) -> None:
        self._sequence = Sequence()
        self._clock = Clock()

    @property
    def boot(self) -> int | None:
        """The boot id of the messages that count now."""
        return self._sequence.boot

    def enter(self, boot: int) -> None:
        """Make a boot the one that counts, unless it is."""
        if boot != self._sequence.boot:
            self._sequence.enter(boot)
            self._clock = Clock()

    def place(self, topic: str, stamp: Stamp, host_t: float) -> Placed | None:
        """Where a message that arrived at host_t belongs; None for a duplicate or an old boot's.

        A boot that is not among the last eight is a new one and counts from now on.
        """
        if stamp.boot != self._sequence.boot:
            if self._sequence.knows(stamp.boot):
                return None
            self.enter(stamp.boot)
        missing = self._sequence.accept(topic, stamp.number)
        return None if missing is None else Placed(self._clock.heard(stamp.ms, host_t), missing)

    def snapshot(self) -> Json:
        """Numbers and clock."""
        return {"sequence": self._sequence.snapshot(), "clock": self._clock.snapshot()}

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        self._sequence.restore(item(state, "sequence"))
        self._clock.restore(item(state, "clock"))
