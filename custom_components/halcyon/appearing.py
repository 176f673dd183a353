"""Entities that appear when there is something to show."""

from collections.abc import Iterable

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import HalcyonEntity

MOST_ENABLED = 3
"""Beside its five others, so that a room has eight entities at most that are on from the start."""


@callback
def add_when_measured(
    entities: Iterable[HalcyonEntity], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add each entity of a room as soon as the room measures it, and at once where it did before.

    The first MOST_ENABLED that appear are enabled, the others are there to be enabled.
    """
    appeared = 0

    def add(entity: HalcyonEntity) -> None:
        nonlocal appeared
        appeared += 1
        entity.enable_by_default(enabled=appeared <= MOST_ENABLED)
        async_add_entities([entity], config_subentry_id=entity.subject.subentry_id)

    def await_value(entity: HalcyonEntity) -> None:
        @callback
        def add_if_measured() -> None:
            if entity.value is not None:
                stop_listening()
                add(entity)

        stop_listening = entity.hub.values.async_listen((entity.key,), add_if_measured)

    for entity in entities:
        registry = er.async_get(entity.hub.hass)
        known = registry.async_get_entity_id(entity.platform_domain, DOMAIN, entity.unique_id or "")
        if known is not None or entity.value is not None:
            add(entity)
        else:
            await_value(entity)
