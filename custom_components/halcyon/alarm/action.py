"""A person's own actions that ring: run once for every ring."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
import logging
from typing import Any

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.script import Script

from ..const import DOMAIN
from ..routine.actions import async_check_actions

_LOGGER = logging.getLogger(__name__)

_AGAIN_SECONDS = 10.0
_MOST_TRIES = 6
"""What fails is run again for a minute: while Home Assistant starts, much is not there yet."""


class ActionRinger:
    """A sequence of actions that is run when an alarm rings, and ended when that is over.

    It is given `sleeper` (what they are called) and `occurrence` as variables. What fails is run
    anew, and `failed` is called with what went wrong.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        name: str,
        actions: Sequence[Mapping[str, Any]],
        variables: Mapping[str, Any],
        failed: Callable[[str], None],
    ) -> None:
        self._hass = hass
        self._name = name
        self._actions = actions
        self._variables = variables
        self._failed = failed
        self._task: asyncio.Task[None] | None = None
        self._tries = 0
        self._again: CALLBACK_TYPE | None = None

    @callback
    def start(self, _now: datetime | None = None) -> None:
        """Run the actions."""
        self._tries += 1
        self._task = self._hass.async_create_background_task(
            self._async_run(), f"the alarm of {self._name} rings"
        )

    @callback
    def leave(self) -> None:
        """End them where they are."""
        if self._again is not None:
            self._again()
            self._again = None
        if self._task is not None:
            self._task.cancel()

    async def async_stop(self) -> None:
        """End them where they are."""
        self.leave()

    def snapshot(self) -> None:
        """Nothing is to be set back."""

    async def _async_run(self) -> None:
        try:
            actions = await async_check_actions(self._hass, self._actions)
            script = Script(self._hass, actions, f"Alarm of {self._name}", DOMAIN, logger=_LOGGER)
            try:
                await script.async_run(dict(self._variables), Context())
            finally:
                await script.async_unload()
        except Exception as error:  # noqa: BLE001 - whatever an action raises, others are to ring
            _LOGGER.warning("The actions of the alarm of %s failed: %s", self._name, error)
            self._failed(str(error) or type(error).__name__)
            if self._tries < _MOST_TRIES:
                self._again = async_call_later(self._hass, _AGAIN_SECONDS, self.start)
