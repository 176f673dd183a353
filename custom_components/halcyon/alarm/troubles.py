"""Which alarms may not ring as they should, for as long that somebody should know."""

from collections.abc import Iterator
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers.issue_registry import IssueSeverity

from ..engine.core.output import AlarmPlan, AlarmTrouble
from ..issues import Finding
from ..sleep.subentries import SleeperConfig
from .config import ACTION_RINGER

STANDS_SECONDS = 300.0
"""A player that restarts is back by then."""

SOON_SECONDS = 3600.0
"""So long before it rings there is no time to wait."""


class AlarmTroubles:
    """The troubles of all alarms, and since when they are there (unix seconds)."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._expected: set[str] = set()

    def expect(self, sleeper: str) -> None:
        """An alarm was armed: whatever is wrong now is to be said at once."""
        self._expected.add(sleeper)

    def findings(
        self, hass: HomeAssistant, sleeper: SleeperConfig, plan: AlarmPlan
    ) -> Iterator[Finding]:
        """What a person should mend."""
        now, name = time.time(), sleeper.id
        if not plan.armed or plan.trouble is None:
            self._since.pop(name, None)
            if plan.armed:
                self._expected.discard(name)
            return
        since = self._since.setdefault(name, now)
        is_soon = plan.rings_at is not None and plan.rings_at - now <= SOON_SECONDS
        if not (name in self._expected or is_soon or now - since >= STANDS_SECONDS):
            return
        title, severity = sleeper.title, IssueSeverity.ERROR
        if plan.trouble is AlarmTrouble.RINGER_UNAVAILABLE:
            silent = ", ".join(_name(hass, each) for each in plan.silent)
            yield Finding("alarm_ringer_unavailable", title, severity, silent)
        elif plan.trouble is AlarmTrouble.NO_RINGER:
            yield Finding("alarm_no_ringer", title, severity)


def _name(hass: HomeAssistant, ringer: str) -> str:
    """What people call a ringer: a node, a media player, or actions."""
    if ringer.startswith(ACTION_RINGER):
        return "action"
    state = hass.states.get(ringer)
    return ringer if state is None else state.name
