"""The clock on the wall, beside the host's own that never steps."""

from dataclasses import dataclass

from ...core.reading import WallClock
from ...core.snapshot import Json, number_in, rows_in
from ..calendar import Zone, zone_in

STEP_S = 0.5
"""A clock that is told to differ by more was set; less is how it is disciplined, and jitter."""


@dataclass(slots=True)
class Clock:
    """What is known of the wall clock: how far it is ahead of host time, seconds, and its zone."""

    ahead: float = 0.0
    zone: Zone | None = None

    def take(self, told: WallClock, host_t: float) -> bool:
        """Take in what the host says at a time of its own; whether the clock or zone was set."""
        ahead, zone = told.unix - host_t, zone_in(told) or self.zone
        # Further offsets, as days go by, are not another zone.
        moved = (
            self.zone is None or zone is None or self.zone.local(told.unix) != zone.local(told.unix)
        )
        stepped = abs(ahead - self.ahead) > STEP_S
        if stepped:
            self.ahead = ahead
        self.zone = zone
        return stepped or moved

    def unix(self, host_t: float) -> float:
        """The time by the wall."""
        return host_t + self.ahead

    def host(self, unix: float) -> float:
        """When on the host's clock it will be a time by the wall, if that is not set."""
        return unix - self.ahead

    def restart(self) -> None:
        """A host that starts takes its own time from the wall."""
        self.ahead = 0.0

    def snapshot(self) -> Json:
        """The clock as JSON."""
        offsets = () if self.zone is None else self.zone.offsets
        return {"ahead": self.ahead, "offsets": [[since, offset] for since, offset in offsets]}


def clock_from(state: Json) -> Clock:
    """The clock of a snapshot; raises SnapshotError."""
    offsets = tuple(
        (number_in(row, 0), int(number_in(row, 1))) for row in rows_in(state, "offsets")
    )
    return Clock(number_in(state, "ahead"), Zone(offsets) if offsets else None)
