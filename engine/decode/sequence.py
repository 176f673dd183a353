"""Gaps, duplicates and reboots: the running numbers of one node."""

from ..core.snapshot import Json, SnapshotError, members_in, rows_in
from .stamp import U32

BOOTS_REMEMBERED = 8
"""A boot id outside the last eight is a new boot."""

_TOPICS_COUNTED = 64
"""More topics than any node has; beyond it the oldest is forgotten."""


class Sequence:
    """Running numbers per topic of the current boot, and the boots before it.

    `boot` is the id of the boot whose messages count now; None before the first.
    """

    def __init__(self) -> None:
        self.boot: int | None = None
        # The oldest first; the last is the current one.
        self._boots: list[int] = []
        self._last: dict[str, int] = {}

    def knows(self, boot: int) -> bool:
        """Whether a boot id is among the last eight."""
        return boot in self._boots

    def enter(self, boot: int) -> None:
        """Make a boot the current one and count every topic anew."""
        self._boots = [known for known in self._boots if known != boot][1 - BOOTS_REMEMBERED :]
        self._boots.append(boot)
        self.boot = boot
        self._last.clear()

    def accept(self, topic: str, number: int) -> int | None:
        """How many messages of a topic are missing before this one; None for an old one.

        The distance to the last number is taken modulo 2^32: 0 or at least 2^31 is old.
        """
        last = self._last.get(topic)
        if last is None:
            if len(self._last) >= _TOPICS_COUNTED:
                del self._last[next(iter(self._last))]
            distance = 1
        else:
            distance = (number - last) % U32
        if distance == 0 or distance >= U32 // 2:
            return None
        self._last[topic] = number
        return distance - 1

    def snapshot(self) -> Json:
        """The boots, oldest first, and the last number of each topic."""
        return {"boots": list(self._boots), "last": dict(self._last)}

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        boots, last = rows_in(state, "boots"), members_in(state, "last")
        self._boots = [_u32(boot) for boot in boots][-BOOTS_REMEMBERED:]
        self.boot = self._boots[-1] if self._boots else None
        self._last = {topic: _u32(number) for topic, number in last.items()}


def _u32(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < U32:
        raise SnapshotError(f"snapshot holds {value!r} for a running number")
    return value
