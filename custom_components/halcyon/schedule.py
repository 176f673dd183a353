"""When a site ticks, is reviewed and is saved."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval

from .const import SAVE_SECONDS, WISH_SECONDS
from .site.computing import TICK_SECONDS


class Schedule:
    """The timers of a site; none outlives `stop`."""

    def __init__(
        self,
        hass: HomeAssistant,
        tick: Callable[[], None],
        review: Callable[[], None],
        save: Callable[[], Awaitable[None]],
    ) -> None:
        self._hass = hass
        self._tick = tick
        self._review = review
        self._save = save
        self._wake: CALLBACK_TYPE | None = None
        self._saving: CALLBACK_TYPE | None = None
        self._cancel: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Tick every second, review and save every minute."""
        every = partial(async_track_time_interval, self._hass)
        self._cancel += [
            every(self._async_second, timedelta(seconds=TICK_SECONDS)),
            every(self._async_minute, timedelta(seconds=SAVE_SECONDS)),
        ]

    @callback
    def stop(self) -> None:
        """End all timers."""
        for timer in (self._wake, self._saving):
            if timer is not None:
                timer()
        while self._cancel:
            self._cancel.pop()()

    @callback
    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something once."""

        @callback
        def act(_now: datetime) -> None:
            action()

        self._cancel.append(async_call_later(self._hass, seconds, act))

    @callback
    def wake(self, seconds: float) -> None:
        """Tick once more between two regular ticks; only the last wish counts."""
        if self._wake is not None:
            self._wake()
        self._wake = async_call_later(self._hass, max(0.0, seconds), self._async_second)

    @callback
    def save_soon(self) -> None:
        """Save what a person wished before a power cut could take it."""
        if self._saving is None:
            self._saving = async_call_later(self._hass, WISH_SECONDS, self._async_wish)

    @callback
    def _async_second(self, _now: datetime) -> None:
        self._tick()

    async def _async_minute(self, _now: datetime) -> None:
        self._review()
        await self._save()

    async def _async_wish(self, _now: datetime) -> None:
        self._saving = None
        await self._save()
