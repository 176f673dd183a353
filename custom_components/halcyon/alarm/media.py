"""A media player that rings: again and again, louder by and by, until it is told to stop."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import logging
import time
from typing import Any

from homeassistant.components.media_player import (
    ATTR_MEDIA_CONTENT_ID,
    ATTR_MEDIA_CONTENT_TYPE,
    ATTR_MEDIA_VOLUME_LEVEL,
    DOMAIN as MEDIA_PLAYER,
    SERVICE_PLAY_MEDIA,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_SUPPORTED_FEATURES,
    SERVICE_MEDIA_STOP,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    SERVICE_VOLUME_SET,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event, async_track_time_interval

from ..engine.core.snapshot import Json
from ..engine.decide.alarm.melodies import MELODIES
from .sound import CLIP_SECONDS, sound_url

_LOGGER = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
"""How often the player is looked at, and made louder; as long as one takes to begin to play."""

_RAMP_SECONDS = 60.0
_SOFTEST = 0.4
"""The volume rises from this share of what was chosen, within a minute."""

_OWN_SECONDS = 600.0
"""What a person named may be as long; shorter things are played again when they have ended."""

_TURNED = 0.03
"""Players round the volume; what differs by more was set by somebody."""

_ANSWER_SECONDS = 10.0
"""A player that has not answered by then is asked anew, and does not hold up the others."""

_PLAYS = frozenset({MediaPlayerState.PLAYING, MediaPlayerState.BUFFERING})
_AWAY = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class MediaRinger:
    """One player that rings from `start` to `async_stop`.

    `failed` is called with what it says whenever it does not do what it is asked. `before` is what
    `snapshot` gave, where Home Assistant was restarted meanwhile.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entity_id: str,
        sound: str,
        volume: float,
        failed: Callable[[str], None],
        before: Json = None,
    ) -> None:
        self._hass = hass
        self._entity_id = entity_id
        self._sound = sound
        self._volume = volume
        self._failed = failed
        self._before = before if isinstance(before, dict) else self._present()
        self._repeat = CLIP_SECONDS if sound in MELODIES else _OWN_SECONDS
        self._began = 0.0
        self._played: float | None = None
        self._level: float | None = None
        self._is_theirs = False
        self._is_busy = False
        self._task: asyncio.Task[None] | None = None
        self._cancel: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Ring from now on; a player that is away rings when it comes."""
        self._began = time.monotonic()
        self._cancel = [
            async_track_state_change_event(self._hass, [self._entity_id], self._changed),
            async_track_time_interval(
                self._hass, self._look, timedelta(seconds=_LOOK_SECONDS), cancel_on_shutdown=True
            ),
        ]
        self._look()

    @callback
    def leave(self) -> None:
        """Do nothing more, and leave the player as it is."""
        while self._cancel:
            self._cancel.pop()()
        if self._task is not None:
            self._task.cancel()

    async def async_stop(self) -> None:
        """Be silent, and set the player to what it was."""
        self.leave()
        if self._played is None:
            return
        await self._ask(SERVICE_MEDIA_STOP)
        match self._before:
            case {"volume": float(level)} if not self._is_theirs:
                await self._ask(SERVICE_VOLUME_SET, {ATTR_MEDIA_VOLUME_LEVEL: level})
        match self._before:
            case {"off": True} if self._can(MediaPlayerEntityFeature.TURN_OFF):
                await self._ask(SERVICE_TURN_OFF)

    def snapshot(self) -> Json:
        """What the player is to be set to afterwards."""
        return self._before

    def _present(self) -> dict[str, Json]:
        state = self._state
        level = None if state is None else state.attributes.get(ATTR_MEDIA_VOLUME_LEVEL)
        return {
            "volume": float(level) if isinstance(level, int | float) else None,
            "off": state is not None and state.state == MediaPlayerState.OFF,
        }

    @property
    def _state(self) -> State | None:
        """The player as it is; None while it is away."""
        state = self._hass.states.get(self._entity_id)
        return None if state is None or state.state in _AWAY else state

    def _can(self, feature: MediaPlayerEntityFeature) -> bool:
        state = self._state
        return state is not None and bool(
            state.attributes.get(ATTR_SUPPORTED_FEATURES, 0) & feature
        )

    @callback
    def _changed(self, _event: Event[Any]) -> None:
        self._look()

    @callback
    def _look(self, _now: datetime | None = None) -> None:
        """See what the player does, and ask for what it does not."""
        state = self._state
        if state is not None and not self._is_busy:
            self._is_busy = True
            self._task = self._hass.async_create_task(
                self._async_ring(state), f"{self._entity_id} rings"
            )

    async def _async_ring(self, state: State) -> None:
        try:
            await self._async_ask_what_is_due(state)
        finally:
            self._is_busy = False

    async def _async_ask_what_is_due(self, state: State) -> None:
        now = time.monotonic()
        if state.state == MediaPlayerState.OFF and self._can(MediaPlayerEntityFeature.TURN_ON):
            await self._ask(SERVICE_TURN_ON)
        await self._set_volume(state, now)
        if self._is_due(state, now):
            try:
                url = sound_url(self._hass, self._sound)
            except HomeAssistantError as error:
                self._failed(str(error))
                return
            media = {ATTR_MEDIA_CONTENT_ID: url, ATTR_MEDIA_CONTENT_TYPE: MediaType.MUSIC}
            if await self._ask(SERVICE_PLAY_MEDIA, media):
                self._played = now

    def _is_due(self, state: State, now: float) -> bool:
        """Whether it is to be played: at first, again, and when it should play and does not."""
        if self._played is None:
            return True
        since = now - self._played
        return since >= self._repeat or (since >= _LOOK_SECONDS and state.state not in _PLAYS)

    async def _set_volume(self, state: State, now: float) -> None:
        seen = state.attributes.get(ATTR_MEDIA_VOLUME_LEVEL)
        if self._level is not None and seen is not None and abs(seen - self._level) > _TURNED:
            # Somebody turned it while it rang: theirs it stays.
            self._is_theirs = True
        share = min(1.0, _SOFTEST + (1 - _SOFTEST) * (now - self._began) / _RAMP_SECONDS)
        level = round(share * self._volume, 2)
        if self._is_theirs or level == self._level:
            return
        if not self._can(MediaPlayerEntityFeature.VOLUME_SET):
            return
        if await self._ask(SERVICE_VOLUME_SET, {ATTR_MEDIA_VOLUME_LEVEL: level}):
            self._level = level

    async def _ask(self, action: str, data: dict[str, Any] | None = None) -> bool:
        """Let the player do something; whether it did."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._hass.services.async_call(
                    MEDIA_PLAYER,
                    action,
                    {ATTR_ENTITY_ID: self._entity_id, **(data or {})},
                    blocking=True,
                )
        except Exception as error:  # noqa: BLE001 - whatever a player raises, it is to ring
            said = str(error) or type(error).__name__
            _LOGGER.warning("%s does not do %s for an alarm: %s", self._entity_id, action, said)
            self._failed(said)
            return False
        return True
