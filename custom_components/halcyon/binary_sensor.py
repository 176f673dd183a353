"""Whether a room is occupied, whether somebody moves, and whether a sleeper lies and sleeps."""

from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appearing import add_entities
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry

PARALLEL_UPDATES = 0

ROOM_SENSORS = (
    BinarySensorEntityDescription(
        key="occupancy",
        device_class=BinarySensorDeviceClass.OCCUPANCY,
    ),
    BinarySensorEntityDescription(
        key="motion",
        device_class=BinarySensorDeviceClass.MOTION,
    ),
)

SLEEPER_SENSORS = (
    BinarySensorEntityDescription(
        key="in_bed",
        translation_key="in_bed",
        device_class=BinarySensorDeviceClass.OCCUPANCY,
    ),
    BinarySensorEntityDescription(
        key="asleep",
        translation_key="asleep",
    ),
)

NODE_SENSORS = (
    BinarySensorEntityDescription(
        key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)

TONE_SENSORS = (
    BinarySensorEntityDescription(
        key="problem",
        translation_key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of every room, sleeper and node."""
    add_entities(
        entry,
        async_add_entities,
        ValueBinarySensor,
        rooms=ROOM_SENSORS,
        sleepers=SLEEPER_SENSORS,
        nodes=NODE_SENSORS,
        tones=TONE_SENSORS,
    )


class ValueBinarySensor(HalcyonEntity, BinarySensorEntity):
    """A value of the hub that is true, false or not known."""

    platform_domain = Platform.BINARY_SENSOR

    @property
    @override
    def is_on(self) -> bool | None:
        value = self.value
        return value if isinstance(value, bool) else None
