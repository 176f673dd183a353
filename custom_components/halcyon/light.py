"""The light that a node has: an LED of its own."""

from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_RGB_COLOR,
    ATTR_TRANSITION,
    ColorMode,
    LightEntity,
    LightEntityDescription,
    LightEntityFeature,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appearing import add_entities
from .engine.core.reading import SEEN_POWER, NodeLight
from .entity import ControlEntity
from .hub import HalcyonConfigEntry, Hub
from .subject import Subject

PARALLEL_UPDATES = 0

_FULL = 255
_WHITE = (_FULL, _FULL, _FULL)

NODE_LIGHTS = (LightEntityDescription(key="light", translation_key="light"),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the light of every node that announces one."""
    add_entities(entry, async_add_entities, NodeLightEntity, appearing=NODE_LIGHTS)


class NodeLightEntity(ControlEntity, LightEntity):
    """Shows what the node says of its light, and asks it for another.

    A brightness of Home Assistant is taken as a share of the light that is given, as the sunrise
    means it; the node is told the brightness that is seen.
    """

    platform_domain = Platform.LIGHT
    _attr_supported_features = LightEntityFeature.TRANSITION

    def __init__(self, hub: Hub, subject: Subject, description: LightEntityDescription) -> None:
        super().__init__(hub, subject, description)
        # What it comes on with again.
        self._usual = _FULL

    @property
    def _light(self) -> NodeLight | None:
        announcement = self.hub.monitor.announcements.get(self.subject.name)
        return None if announcement is None else announcement.light

    @property
    @override
    def available(self) -> bool:
        return self._light is not None and super().available

    @property
    @override
    def is_on(self) -> bool | None:
        light = self._light
        return None if light is None else light.brightness > 0.0

    @property
    @override
    def brightness(self) -> int | None:
        light = self._light
        if light is None:
            return None
        given = round(_FULL * light.brightness**SEEN_POWER)
        return max(1, given) if light.brightness > 0.0 else 0

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        light = self._light
        if light is None or light.rgb is None:
            return None
        red, green, blue = map(round, light.rgb)
        return red, green, blue

    @property
    @override
    def color_mode(self) -> ColorMode:
        light = self._light
        return ColorMode.BRIGHTNESS if light is None or light.rgb is None else ColorMode.RGB

    @property
    @override
    def supported_color_modes(self) -> set[ColorMode]:
        return {self.color_mode}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        brightness = kwargs.get(ATTR_BRIGHTNESS) or self.brightness or self._usual
        self._usual = brightness
        self._ask(brightness, kwargs)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._usual = self.brightness or self._usual
        self._ask(0, kwargs)

    def _ask(self, brightness: int, wanted: dict[str, Any]) -> None:
        light = self._light
        rgb = wanted.get(ATTR_RGB_COLOR) or self.rgb_color or _WHITE
        self.hub.async_shine(
            self.subject.name,
            NodeLight(
                round((brightness / _FULL) ** (1.0 / SEEN_POWER), 4),
                None if light is None or light.rgb is None else rgb,
            ),
            wanted.get(ATTR_TRANSITION, 0.0),
        )
