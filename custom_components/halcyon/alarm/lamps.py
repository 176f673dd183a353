"""Lamps as the engine sees them, and what Home Assistant is asked of them."""

from typing import Any

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_MAX_COLOR_TEMP_KELVIN,
    ATTR_MIN_COLOR_TEMP_KELVIN,
    ATTR_SUPPORTED_COLOR_MODES,
    ATTR_TRANSITION,
    DOMAIN as LIGHT,
    LightEntityFeature,
    brightness_supported,
    color_supported,
    color_temp_supported,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_SUPPORTED_FEATURES,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_OFF,
    STATE_ON,
)
from homeassistant.core import Context, HomeAssistant, State

from ..engine.decide.alarm.glow import Lamp

_FULL = 255


def lamp_of(state: State | None) -> Lamp | None:
    """What a lamp does; None while nobody knows."""
    if state is None or state.state not in {STATE_ON, STATE_OFF}:
        return None
    brightness = state.attributes.get(ATTR_BRIGHTNESS)
    kelvin = state.attributes.get(ATTR_COLOR_TEMP_KELVIN)
    return Lamp(
        state.state == STATE_ON,
        None if brightness is None else brightness / _FULL,
        None if kelvin is None else float(kelvin),
    )


def can_dim(state: State) -> bool:
    """Whether a lamp can be anything but on and off."""
    return brightness_supported(state.attributes.get(ATTR_SUPPORTED_COLOR_MODES))


async def async_shine(
    hass: HomeAssistant, state: State, lamp: Lamp, seconds: float, context: Context
) -> None:
    """Ask a lamp to become something within some seconds, as far as it can."""
    data: dict[str, Any] = {ATTR_ENTITY_ID: state.entity_id}
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
    if features & LightEntityFeature.TRANSITION:
        data[ATTR_TRANSITION] = seconds
    if not lamp.on:
        await hass.services.async_call(
            LIGHT, SERVICE_TURN_OFF, data, blocking=True, context=context
        )
        return
    modes = state.attributes.get(ATTR_SUPPORTED_COLOR_MODES)
    if lamp.brightness is not None and brightness_supported(modes):
        data[ATTR_BRIGHTNESS] = max(1, round(_FULL * lamp.brightness))
    if lamp.kelvin is not None and (color_temp_supported(modes) or color_supported(modes)):
        low = state.attributes.get(ATTR_MIN_COLOR_TEMP_KELVIN) or lamp.kelvin
        high = state.attributes.get(ATTR_MAX_COLOR_TEMP_KELVIN) or lamp.kelvin
        data[ATTR_COLOR_TEMP_KELVIN] = round(min(max(lamp.kelvin, low), high))
    await hass.services.async_call(LIGHT, SERVICE_TURN_ON, data, blocking=True, context=context)
