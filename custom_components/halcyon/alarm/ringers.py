"""What Home Assistant rings itself: which ringers can, and what rings now."""

from collections.abc import Mapping
import logging
from typing import Protocol

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from ..engine.core.output import Ring
from ..engine.core.snapshot import Json
from ..routine.actions import ActionsError, async_check_actions
from ..sleep.subentries import SleeperConfig
from .action import ActionRinger
from .config import ACTION_RINGER, AlarmConfig

_LOGGER = logging.getLogger(__name__)


class _Rings(Protocol):
    """One thing that rings."""

    def start(self) -> None:
        """Ring from now on."""

    def leave(self) -> None:
        """Do nothing more."""

    async def async_stop(self) -> None:
        """Be silent, and leave things as they were."""

    def snapshot(self) -> Json:
        """What things are to be set to afterwards."""


class _Tell(Protocol):
    """Hears of a ringer."""

    def __call__(self, ringer: str, *, available: bool) -> None:
        """Whether it can ring."""


class AlarmRingers:
    """The media players and actions of a site's alarms.

    `tell` is called with a ringer and whether it can ring. To ring what rings already is to do
    nothing, because the engine says it again.
    """

    def __init__(self, hass: HomeAssistant, tell: _Tell) -> None:
        self._hass = hass
        self._tell = tell
        self._sleepers: Mapping[str, SleeperConfig] = {}
        self._available: dict[str, bool] = {}
        self._loud: dict[tuple[str, str], _Rings] = {}
        self._before: dict[str, Json] = {}
        self._unlisten: CALLBACK_TYPE | None = None

    def restore(self, before: Mapping[str, Json]) -> None:
        """Take up what players that rang at the last save are to be set to afterwards."""
        self._before = dict(before)

    def snapshot(self) -> dict[str, Json]:
        """What players that ring are to be set to afterwards."""
        return self._before | {name: rings.snapshot() for (_, name), rings in self._loud.items()}

    async def async_configure(self, sleepers: Mapping[str, SleeperConfig]) -> None:
        """Take up the alarms of the sleepers, and say which of their ringers can ring."""
        self._sleepers = sleepers
        self._available.clear()
        self.leave_players()
        players = [
            entity_id
            for alarm in self._alarms()
            for entity_id in (*alarm.media_players, *alarm.fallback)
        ]
        self._unlisten = async_track_state_change_event(self._hass, players, self._changed)
        await self.async_test()

    @callback
    def leave_players(self) -> None:
        """Listen to players no more."""
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    @callback
    def leave(self) -> None:
        """Do nothing more; what plays goes on until its clip ends."""
        self.leave_players()
        self._before = self.snapshot()
        for rings in self._loud.values():
            rings.leave()
        self._loud.clear()

    async def async_test(self) -> None:
        """See which ringers can ring."""
        for sleeper, config in self._sleepers.items():
            if config.alarm is None:
                continue
            for player in (*config.alarm.media_players, *config.alarm.fallback):
                self._found(player, available=self._is_there(player))
            if config.alarm.action:
                try:
                    await async_check_actions(self._hass, config.alarm.action)
                except ActionsError as error:
                    _LOGGER.warning(
                        "The actions of the alarm of %s cannot run: %s", config.title, error
                    )
                    self._found(f"{ACTION_RINGER}{sleeper}", available=False)
                else:
                    self._found(f"{ACTION_RINGER}{sleeper}", available=True)

    @callback
    def ring(self, asked: Ring) -> None:
        """Let a ringer ring, or everything of the sleeper's be silent."""
        if not asked.on:
            for key in [key for key in self._loud if key[0] == asked.sleeper]:
                self._silence(key)
            return
        self._start(asked, asked.ringer)
        if not self._available.get(asked.ringer, False):
            self._fall_back(asked)

    def _start(self, asked: Ring, ringer: str) -> None:
        config = self._sleepers.get(asked.sleeper)
        key = (asked.sleeper, ringer)
        if config is None or config.alarm is None or key in self._loud:
            return

        def failed(_why: str) -> None:
            self._found(ringer, available=False)
            self._fall_back(asked)

        alarm, hass = config.alarm, self._hass
        rings: _Rings
        if ringer.startswith(ACTION_RINGER):
            about = {"sleeper": config.title, "occurrence": asked.occurrence}
            rings = ActionRinger(hass, config.title, alarm.action, about, failed)
        else:
            # Only a home with media players need have their module.
            from .media import MediaRinger

            before = self._before.pop(ringer, None)
            rings = MediaRinger(hass, ringer, alarm.sound, alarm.volume, failed, before)
        self._loud[key] = rings
        rings.start()

    def _silence(self, key: tuple[str, str]) -> None:
        rings = self._loud.pop(key)
        self._hass.async_create_task(rings.async_stop(), f"{key[1]} is silent")

    def _fall_back(self, asked: Ring) -> None:
        """Another ringer cannot: let those ring that are there for that."""
        config = self._sleepers.get(asked.sleeper)
        if (
            config is None
            or config.alarm is None
            or (asked.sleeper, asked.ringer) not in self._loud
        ):
            return
        for player in config.alarm.fallback:
            self._start(asked, player)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        player = event.data["entity_id"]
        self._found(player, available=self._is_there(player))

    def _found(self, ringer: str, *, available: bool) -> None:
        if self._available.get(ringer) is not available:
            self._available[ringer] = available
            self._tell(ringer, available=available)

    def _is_there(self, player: str) -> bool:
        state = self._hass.states.get(player)
        return state is not None and state.state not in {STATE_UNAVAILABLE, STATE_UNKNOWN}

    def _alarms(self) -> list[AlarmConfig]:
        return [each.alarm for each in self._sleepers.values() if each.alarm is not None]
