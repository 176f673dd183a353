"""What all entities of Halcyon share."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.util import slugify

from .devices import device_info
from .display import Key, Value
from .hub import Hub
from .subject import Subject


class HalcyonEntity(Entity):
    """An entity that shows one value of the hub.

    Subclasses name the `platform_domain` that they are entities of.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False
    platform_domain: str

    def __init__(self, hub: Hub, subject: Subject, description: EntityDescription) -> None:
        self.entity_description = description
        self.hub = hub
        self.subject = subject
        self.key = Key(subject.scope, subject.name, description.key)
        self._attr_unique_id = f"{subject.unique}{description.key}"
        self._attr_device_info = device_info(subject.device)
        if subject.title is not None:
            object_id = slugify(f"{subject.title} {description.key}")
            self.entity_id = f"{self.platform_domain}.{object_id}"
        if subject.called is not None:
            self._attr_translation_key = f"{description.translation_key}_of"
            self._attr_translation_placeholders = {"sleeper": subject.called}

    @property
    def value(self) -> Value:
        """The value that is shown now; None where it is not known."""
        return self.hub.values.get(self.key)

    @property
    def watched(self) -> tuple[Key, ...]:
        """The values whose change changes this entity."""
        available = self.subject.available
        return (self.key,) if available is None else (self.key, available)

    @property
    @override
    def available(self) -> bool:
        available = self.subject.available
        return available is None or self.hub.values.get(available) is True

    def enable_by_default(self, *, enabled: bool) -> None:
        """Say, before it is added for the first time, whether it is on from the start."""
        self._attr_entity_registry_enabled_default = enabled

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.hub.values.async_listen(self.watched, self._changed))

    @callback
    def _changed(self) -> None:
        self.async_write_ha_state()


class ControlEntity(HalcyonEntity):
    """A wish of a person; where the service computes the rooms, nobody here could heed it."""

    @property
    @override
    def available(self) -> bool:
        return self.hub.configurable and super().available


class RoomControlEntity(ControlEntity):
    """A wish of a person about a room. It stands while the room's nodes are away."""

    def __init__(self, hub: Hub, subject: Subject, description: EntityDescription) -> None:
        super().__init__(hub, subject, description)
        # A room shows five to eight entities. One with a bed has these without its controls,
        # which can be enabled there.
        self.enable_by_default(
            enabled=description.entity_registry_enabled_default and not hub.rooms[subject.name].beds
        )

    @property
    @override
    def available(self) -> bool:
        return self.hub.configurable
