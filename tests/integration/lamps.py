"""Lamps for tests: real light entities, which remember what they were told."""

from typing import Any, override

from homeassistant.components.light import ColorMode, LightEntity, LightEntityFeature
from homeassistant.exceptions import HomeAssistantError

BED, HALL = "light.bed", "light.hall"


class Lamp(LightEntity):
    """A lamp that does what it is told, but for being dimmer than its `dimmest`."""

    _attr_should_poll = False
    _attr_min_color_temp_kelvin = 1600
    _attr_max_color_temp_kelvin = 6500
    dimmest = 1
    fails = False

    def __init__(self, name: str, *, dims: bool = True) -> None:
        self.entity_id = f"light.{name}"
        self._attr_name = name
        self._attr_is_on = False
        mode = ColorMode.COLOR_TEMP if dims else ColorMode.ONOFF
        self._attr_supported_color_modes = {mode}
        self._attr_color_mode = mode
        self._attr_supported_features = (
            LightEntityFeature.TRANSITION if dims else LightEntityFeature(0)
        )
        self.told: list[dict[str, Any]] = []

    def become(self, brightness: int = 255, kelvin: int = 3000) -> None:
        """Somebody has switched it on before."""
        self._attr_is_on, self._attr_brightness = True, brightness
        self._attr_color_temp_kelvin = kelvin
        self.async_write_ha_state()

    def report(self) -> None:
        """Say once more what it does, long after anybody asked for it."""
        self._context = None
        self.async_write_ha_state()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        if self.fails:
            raise HomeAssistantError("no radio")
        self.told.append(kwargs)
        self._attr_is_on = True
        if "brightness" in kwargs:
            self._attr_brightness = max(self.dimmest, kwargs["brightness"])
        if "color_temp_kelvin" in kwargs:
            self._attr_color_temp_kelvin = kwargs["color_temp_kelvin"]
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.async_write_ha_state()
