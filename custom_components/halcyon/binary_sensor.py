"""Whether a room is occupied, whether somebody moves, and whether somebody lies in bed."""

from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import HalcyonEntity, NodeEntity, RoomEntity
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

BED_SENSORS = (
    BinarySensorEntityDescription(
        key="in_bed",
        translation_key="in_bed",
        device_class=BinarySensorDeviceClass.OCCUPANCY,
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


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of every room and of its nodes."""
    hub = entry.runtime_data
    for room in hub.rooms.values():
        entities = [RoomBinarySensor(hub, room, each) for each in ROOM_SENSORS]
        entities += [
            RoomBinarySensor(hub, room, each, bed) for each in BED_SENSORS for bed in room.beds
        ]
        async_add_entities(entities, config_subentry_id=room.subentry_id)
    async_add_entities(
        NodeBinarySensor(hub, node, description)
        for room in hub.rooms.values()
        for node in room.nodes
        for description in NODE_SENSORS
    )


class ValueBinarySensor(HalcyonEntity, BinarySensorEntity):
    """A value of the hub that is true, false or not known."""

    @property
    @override
    def is_on(self) -> bool | None:
        value = self.value
        return value if isinstance(value, bool) else None


class RoomBinarySensor(RoomEntity, ValueBinarySensor):
    """A binary sensor of a room."""

    platform_domain = Platform.BINARY_SENSOR


class NodeBinarySensor(NodeEntity, ValueBinarySensor):
    """A binary sensor of a node."""

    @property
    @override
    def is_on(self) -> bool:
        return self.hub.is_speaking(self.key.name)
