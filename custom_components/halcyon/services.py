"""Actions of the integration."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
import voluptuous as vol

from .const import DOMAIN
from .devices import room_of_device
from .hub import HalcyonConfigEntry, Hub
from .rooms import RoomConfig
from .wording import async_put_into_words

SERVICE_EXPLAIN = "explain"


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""

    async def explain(call: ServiceCall) -> ServiceResponse:
        """Say why the rooms that are meant are what they are."""
        rooms = _target_rooms(hass, call)
        if not rooms:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="no_room_targeted"
            )
        return {
            room.title: await async_put_into_words(hass, await hub.async_explain(room.id))
            for hub, room in rooms
        }

    hass.services.async_register(
        DOMAIN,
        SERVICE_EXPLAIN,
        explain,
        schema=vol.Schema(cv.ENTITY_SERVICE_FIELDS),
        supports_response=SupportsResponse.ONLY,
    )


def room_by_device(hass: HomeAssistant, device_id: str) -> tuple[Hub, RoomConfig] | None:
    """The room with this device, and its hub; None unless its site is loaded."""
    device = dr.async_get(hass).async_get(device_id)
    if not isinstance(device, DeviceEntry):
        return None
    entry: HalcyonConfigEntry | None = hass.config_entries.async_get_entry(device.config_entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    room = room_of_device(entry, device)
    return None if room is None else (entry.runtime_data, room)


def _target_rooms(hass: HomeAssistant, call: ServiceCall) -> list[tuple[Hub, RoomConfig]]:
    target = async_extract_referenced_entity_ids(hass, TargetSelection(call.data))
    entities = er.async_get(hass)
    devices = dict.fromkeys(target.referenced_devices)
    for entity_id in sorted(target.referenced | target.indirectly_referenced):
        entity = entities.async_get(entity_id)
        if entity is not None and entity.device_id is not None:
            devices[entity.device_id] = None
    found = (room_by_device(hass, device_id) for device_id in devices)
    return [each for each in found if each is not None]
