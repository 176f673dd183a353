"""Which entities are Halcyon's own and of one kind, for what people build automations of."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN


def of_kind(hass: HomeAssistant, entities: set[str], kind: str) -> set[str]:
    """Those of some entities that are ours and of a kind, which is their translation key."""
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entities
        if (entry := registry.async_get(entity_id)) is not None
        and (entry.platform, entry.translation_key) == (DOMAIN, kind)
    }
