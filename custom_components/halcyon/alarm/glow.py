"""One lamp on its way to light or to darkness, which leaves it alone once somebody touched it."""

from collections.abc import Callable
from datetime import datetime
import logging
import time

from homeassistant.components.light.reproduce_state import async_reproduce_states
from homeassistant.const import STATE_ON
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import (
    async_track_point_in_utc_time,
    async_track_state_change_event,
)
from homeassistant.util import dt as dt_util

from ..engine.core.snapshot import Json, SnapshotError, item, number_in, text_in
from ..engine.decide.alarm.glow import Lamp
from ..engine.decide.alarm.sunrise import HURRY_S, Kind, Order, WakeLight
from .lamps import async_shine, can_dim, lamp_of

_LOGGER = logging.getLogger(__name__)

_KEPT_CONTEXTS = 8
"""A lamp may report what it was asked a few times ago."""


class Glow:
    """A sunrise or sunset of one lamp, from `start` to `end` (unix seconds by the wall).

    `over` is called once nothing is left to do.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        light: str,
        kind: Kind,
        start: float,
        end: float,
        top: float,
        over: Callable[[], None],
    ) -> None:
        self.light = light
        self.kind = kind
        self.end = end
        self._hass = hass
        self._over = over
        self._state = hass.states.get(light)
        lamp = lamp_of(self._state) or Lamp(on=False)
        self._way = WakeLight(kind, start, end, {light: lamp}, top)
        self._contexts: list[str] = []
        self._answer: Lamp | None = None
        self._timer: CALLBACK_TYPE | None = None
        self._unlisten: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Begin, or go on."""
        self._unlisten = async_track_state_change_event(self._hass, [self.light], self._changed)
        self._step()

    @callback
    def hurry(self) -> None:
        """The alarm rings now: complete it quickly."""
        self._way.hurry(time.time())
        self._step()

    @callback
    def leave(self) -> None:
        """Do nothing more."""
        for cancel in (self._timer, self._unlisten):
            if cancel is not None:
                cancel()
        self._timer = self._unlisten = None

    @callback
    def restore_lamp(self) -> None:
        """It was dismissed: let the lamp be what it was, unless somebody touched it."""
        self.leave()
        for order in self._way.stop():
            self._hass.async_create_task(self._async_set_back(order), f"{self.light} is set back")

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "light": self.light,
            "kind": self.kind,
            "end": self.end,
            "way": self._way.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Go on with a snapshot of the engine's part; raises SnapshotError."""
        self._way.restore(state)
        # What it shows now is not what was before.
        self._state = None

    @callback
    def _step(self, _now: datetime | None = None) -> None:
        """Ask the lamp for what is due, and wait for the next time."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        t = time.time()
        for order in self._way.advance(t):
            self._hass.async_create_task(self._async_tell(order), f"{self.light} glows")
        due = self._way.next_due
        if due is None:
            self._over()
            return
        at = dt_util.utc_from_timestamp(due)
        self._timer = async_track_point_in_utc_time(self._hass, self._step, at)

    async def _async_tell(self, order: Order) -> None:
        state = self._hass.states.get(self.light)
        is_last = self._way.next_due is None
        if lamp_of(state) is None or state is None:
            return
        if not is_last and not can_dim(state):
            # A lamp that knows only on and off would be a shock at the beginning.
            return
        await self._async_ask(state, order.lamp, order.seconds)

    async def _async_set_back(self, order: Order) -> None:
        now, before = self._hass.states.get(self.light), self._state
        if now is None or lamp_of(now) is None:
            return
        if lamp_of(before) is None or before is None or before.state != STATE_ON:
            await self._async_ask(now, order.lamp, 0.0)
            return
        # With its colour and effect, of which the engine knows nothing.
        await async_reproduce_states(self._hass, [before], context=self._context())

    async def _async_ask(self, state: State, lamp: Lamp, seconds: float) -> None:
        try:
            await async_shine(self._hass, state, lamp, seconds, self._context())
        except HomeAssistantError as error:
            _LOGGER.warning("%s does not do what its sunrise asks: %s", self.light, error)

    def _context(self) -> Context:
        context = Context()
        self._contexts = [*self._contexts[1 - _KEPT_CONTEXTS :], context.id]
        return context

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """See whether somebody switched, dimmed or coloured the lamp."""
        state = event.data["new_state"]
        lamp = lamp_of(state)
        if lamp is None or state is None:
            return
        if state.context.user_id is not None:
            self._way.touch(self.light)
        elif state.context.id in self._contexts and lamp.on:
            # What it makes of what it was asked: some cannot be as dim, or as warm.
            self._answer = lamp
        elif lamp != self._answer:
            self._way.see(self.light, lamp)


def glow_from(hass: HomeAssistant, state: Json, over: Callable[[], None]) -> Glow:
    """The lamp of a snapshot; raises SnapshotError."""
    kind = text_in(state, "kind")
    if kind not in Kind:
        raise SnapshotError(f"there is no light that is a {kind!r}")
    end = number_in(state, "end")
    glow = Glow(hass, text_in(state, "light"), Kind(kind), end - HURRY_S, end, 1.0, over)
    glow.restore(item(state, "way"))
    return glow
