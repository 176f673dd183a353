"""The routines of a site: what triggers them, and what becomes of their runs."""

from collections.abc import Iterable

from ...core.command import Command
from ...core.output import Output
from ...core.reading import Intent, Mode, Sun, WallClock
from ...core.snapshot import Json
from ...core.timers import Key, Timers
from .routine import Routine

ROUTINE = "routine"
"""First part of the timers of routines."""

type Effect = Output | Command


class Routines:
    """All routines of a site, as a part of its home. Its timers begin with ROUTINE."""

    def __init__(self, site: str, timers: Timers) -> None:
        self._site = site
        self._timers = timers
        self._routines: dict[str, Routine] = {}

    def settle(self, routines: Iterable[Routine]) -> list[Effect]:
        """The routines were described anew; those that stay as they were keep their state."""
        self._routines = {routine.id: routine for routine in routines}
        return []

    def follow(self, told: Iterable[Effect], *, live: bool = True) -> list[Effect]:
        """What the home told. What is not live is known from now on, and triggers nothing."""
        del told, live
        return []

    def hear(self, said: WallClock | Sun | Mode, t: float) -> None:
        """What the host says of the clock, the sun and modes, which conditions look at."""

    def wish(self, intent: Intent, t: float) -> list[Effect]:
        """`routine_done` {routine, run}: a hosted run is over; `routine_run` {routine}: run it."""
        del intent, t
        return []

    def wake(self, key: Key, t: float) -> list[Effect]:
        """A timer is due."""
        del key, t
        return []

    def resume(self, since: float, t: float) -> list[Effect]:
        """Nobody listened from since to t: every time that runs goes on with what was left."""
        del since, t
        return []

    def explain(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is not known."""
        del routine, t
        return None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {}

    def restore(self, state: Json) -> None:
        """Take up a snapshot, before the timers are; what does not fit begins anew."""
