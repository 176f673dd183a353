"""What all entities of Halcyon share."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.util import slugify

from .devices import device_info
from .hub import Hub
from .shown import Key, Value
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


class LastingControlEntity(ControlEntity):
    """A wish of a person about a room or a sleeper. It stands while their nodes are away."""

    @property
    @override
    def available(self) -> bool:
        return self.hub.configurable
