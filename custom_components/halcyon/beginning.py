"""When a site begins to work: Home Assistant starts without waiting for it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum, auto
import logging

from homeassistant.core import CALLBACK_TYPE, CoreState, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started

_LOGGER = logging.getLogger(__name__)

MOST_SECONDS = 5.0
"""A Home Assistant that takes longer to start keeps neither lights nor alarms waiting."""


class _Phase(Enum):
    """Where a site is; it only goes on, and may leave out what lies between."""

    WAITING = auto()
    STARTING = auto()
    RUNNING = auto()
    STOPPED = auto()


class Beginning:
    """Calls `make`, then `run`, once: when Home Assistant has started, or somebody cannot wait.

    To import the engine and to take up what it knew takes longer than all else that the
    integration does at set-up, and what was stored can be shown without it.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        make: Callable[[], Awaitable[None]],
        run: Callable[[], Awaitable[None]],
    ) -> None:
        self._hass = hass
        self._make = make
        self._run = run
        self._phase = _Phase.WAITING
        self._begun: asyncio.Task[None] | None = None
        self._cancel: list[CALLBACK_TYPE] = []

    @property
    def is_made(self) -> bool:
        """Whether there is something that works, which is so until it is stopped."""
        return self._phase is _Phase.RUNNING

    @property
    def is_stopped(self) -> bool:
        """Whether nothing works any more, or ever will."""
        return self._phase is _Phase.STOPPED

    async def async_arrange(self) -> None:
        """Begin now where Home Assistant has started, and else when it has, or soon."""
        if self._hass.state is CoreState.running:
            await self.async_now()
            return

        @callback
        def started(_hass: HomeAssistant) -> None:
            self.soon()

        @callback
        def waited(_now: datetime) -> None:
            self.soon()

        self._cancel = [
            async_at_started(self._hass, started),
            async_call_later(self._hass, MOST_SECONDS, HassJob(waited, cancel_on_shutdown=True)),
        ]

    @callback
    def soon(self) -> None:
        """Begin as soon as the event loop has nothing else to do."""
        self._hass.async_create_task(self._async_try(), "halcyon begins", eager_start=False)

    async def async_now(self) -> None:
        """Wait until the site works, which begins now at the latest; raises what keeps it."""
        if self._phase is _Phase.WAITING:
            self._phase = _Phase.STARTING
            self._leave()
            self._begun = self._hass.async_create_task(self._async_begin(), "halcyon starts")
        if self._begun is not None:
            # Whoever waits may be told to stop waiting.
            await asyncio.shield(self._begun)

    async def async_end(self) -> bool:
        """Begin no more; whether the site worked until now, so that it must be stopped."""
        if self._begun is not None:
            await asyncio.wait([self._begun])
        was, self._phase = self._phase, _Phase.STOPPED
        self._leave()
        return was is _Phase.RUNNING

    async def _async_begin(self) -> None:
        await self._make()
        self._phase = _Phase.RUNNING
        await self._run()

    async def _async_try(self) -> None:
        try:
            await self.async_now()
        except Exception:
            _LOGGER.exception("The site does not work; reload it once what is wrong is mended")

    def _leave(self) -> None:
        while self._cancel:
            self._cancel.pop()()
