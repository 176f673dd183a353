"""What all entities of Halcyon share."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import slugify

from .devices import device_info, node_identifier, room_identifier
from .display import NODE, ROOM, SLEEPER, Key, Value
from .hub import HalcyonConfigEntry, Hub
from .rooms import RoomConfig


class HalcyonEntity(Entity):
    """An entity that shows one value of the hub."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: Hub, description: EntityDescription, key: Key) -> None:
        self.entity_description = description
        self.hub = hub
        self.key = key

    @property
    def value(self) -> Value:
        """The value that is shown now; None where it is not known."""
        return self.hub.values.get(self.key)

    @property
    def watched(self) -> tuple[Key, ...]:
        """The values whose change changes this entity."""
        return (self.key,)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.hub.async_listen(self.watched, self._changed))

    @callback
    def _changed(self) -> None:
        self.async_write_ha_state()


class RoomEntity(HalcyonEntity):
    """An entity of a room, or of who sleeps in it. It lives on the room's device.

    Subclasses name the `platform_domain` that they are entities of.
    """

    platform_domain: str

    def __init__(
        self, hub: Hub, room: RoomConfig, description: EntityDescription, sleeper: str | None = None
    ) -> None:
        key = (
            Key(ROOM, room.id, description.key)
            if sleeper is None
            else Key(SLEEPER, sleeper, description.key)
        )
        super().__init__(hub, description, key)
        self.room = room
        self.available_key = Key(ROOM, room.id, "available")
        # Stable over renames of the area, of the site and of the room's own part.
        whose = "" if sleeper is None else f"{sleeper}_"
        self._attr_unique_id = f"{hub.entry.entry_id}_room_{room.id}_{whose}{description.key}"
        self._attr_device_info = device_info(room_identifier(hub.entry.entry_id, room.id))
        # Given, because Home Assistant would put the area and the device, which have the same
        # name, before it.
        whose = "" if sleeper is None or len(room.beds) == 1 else f"{sleeper} "
        self.entity_id = (
            f"{self.platform_domain}.{slugify(f'{room.title} {whose}{description.key}')}"
        )
        if whose:
            self._attr_translation_key = f"{description.translation_key}_of"
            self._attr_translation_placeholders = {"sleeper": whose.strip()}

    def enable_by_default(self, *, enabled: bool) -> None:
        """Say, before it is added for the first time, whether it is on from the start."""
        self._attr_entity_registry_enabled_default = enabled

    @property
    @override
    def watched(self) -> tuple[Key, ...]:
        return self.key, self.available_key

    @property
    @override
    def available(self) -> bool:
        return self.hub.values.get(self.available_key) is True


class ControlEntity(RoomEntity):
    """A wish of a person about a room. It stands while the room's nodes are away."""

    def __init__(self, hub: Hub, room: RoomConfig, description: EntityDescription) -> None:
        super().__init__(hub, room, description)
        # A room shows five to eight entities. One with a bed has these without its controls,
        # which can be enabled there.
        self._attr_entity_registry_enabled_default = (
            description.entity_registry_enabled_default and not room.beds
        )

    @property
    @override
    def available(self) -> bool:
        return self.hub.configurable


class NodeEntity(HalcyonEntity):
    """A diagnostic entity of a node."""

    def __init__(self, hub: Hub, node: str, description: EntityDescription) -> None:
        super().__init__(hub, description, Key(NODE, node, description.key))
        self._attr_unique_id = f"{hub.entry.entry_id}_node_{node}_{description.key}"
        self._attr_device_info = device_info(node_identifier(hub.entry.entry_id, node))


def add_to_every_room[Description: EntityDescription](
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Hub, RoomConfig, Description], RoomEntity],
    descriptions: Iterable[Description],
) -> None:
    """Add an entity of each description to the device of every room."""
    hub = entry.runtime_data
    for room in hub.rooms.values():
        async_add_entities(
            [make(hub, room, description) for description in descriptions],
            config_subentry_id=room.subentry_id,
        )
