"""Moments by two clocks: the wall's, which steps, and the machine's, which begins at its start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Now:
    """What both clocks say: `unix` seconds, and `boot` seconds since the machine started.

    The second never steps, and goes on while the machine is suspended.
    """

    unix: float
    boot: float

    def after(self, seconds: float) -> Moment:
        """The moment so many seconds from now."""
        return Moment(self.unix + seconds, self.boot + seconds)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as both clocks had it; `boot` is None once the machine started anew."""

    unix: float
    boot: float | None

    def elapsed(self, now: Now) -> float:
        """Seconds since it, negative before it: by the clock that does not step, where it can."""
        return now.unix - self.unix if self.boot is None else now.boot - self.boot

    def is_past(self, now: Now) -> bool:
        """Whether either clock says so."""
        return now.unix >= self.unix or self.elapsed(now) >= 0

    def next(self, now: Now) -> float:
        """When the first clock will say so if neither steps, boot seconds."""
        by_wall = now.boot + self.unix - now.unix
        return by_wall if self.boot is None else min(by_wall, self.boot)
