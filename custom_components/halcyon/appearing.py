"""Entities that appear when there is something to show."""

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import RoomEntity


@callback
def add_when_measured(
    entity: RoomEntity, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an entity as soon as its room measures it, and at once where it did before."""
    hub, registry = entity.hub, er.async_get(entity.hub.hass)

    def add() -> None:
        async_add_entities([entity], config_subentry_id=entity.room.subentry_id)

    @callback
    def add_if_measured() -> None:
        if entity.value is not None:
            stop_listening()
            add()

    known = registry.async_get_entity_id(entity.platform_domain, DOMAIN, entity.unique_id or "")
    if known is not None or entity.value is not None:
        add()
        return
    stop_listening = hub.async_listen((entity.key,), add_if_measured)
