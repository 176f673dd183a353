"""The rooms, sleepers and routines that an action is about."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .const import DOMAIN
from .devices import room_of_device, routine_of_device, sleeper_of_device
from .hub import HalcyonConfigEntry, Hub
from .room.subentries import RoomConfig
from .routine.subentries import RoutineConfig
from .sleep.subentries import SleeperConfig

type Explainable = RoomConfig | RoutineConfig | SleeperConfig


def room_by_device(hass: HomeAssistant, device_id: str) -> tuple[Hub, RoomConfig] | None:
    """The room with this device, and its hub; None unless its site is loaded."""
    return _by_device(hass, device_id, room_of_device)


def target_sleepers(hass: HomeAssistant, call: ServiceCall) -> list[tuple[Hub, SleeperConfig]]:
    """The sleepers that are meant; raises ServiceValidationError where there are none."""
    found = _targets(hass, call, sleeper_of_device)
    if not found:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_sleeper_targeted"
        )
    return found


def target_explainable(hass: HomeAssistant, call: ServiceCall) -> list[tuple[Hub, Explainable]]:
    """The rooms, routines and sleepers with an alarm that are meant.

    Raises ServiceValidationError where there are none.
    """

    def read(entry: HalcyonConfigEntry, device: DeviceEntry) -> Explainable | None:
        found = room_of_device(entry, device) or routine_of_device(entry, device)
        if found is not None:
            return found
        sleeper = sleeper_of_device(entry, device)
        return None if sleeper is None or sleeper.alarm is None else sleeper

    found: list[tuple[Hub, Explainable]] = _targets(hass, call, read)
    if not found:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nothing_to_explain"
        )
    return found


def _targets[T](
    hass: HomeAssistant,
    call: ServiceCall,
    read: Callable[[HalcyonConfigEntry, DeviceEntry], T | None],
) -> list[tuple[Hub, T]]:
    target = async_extract_referenced_entity_ids(hass, TargetSelection(call.data))
    entities = er.async_get(hass)
    devices = dict.fromkeys(target.referenced_devices)
    for entity_id in sorted(target.referenced | target.indirectly_referenced):
        entity = entities.async_get(entity_id)
        if entity is not None and entity.device_id is not None:
            devices[entity.device_id] = None
    found = (_by_device(hass, device_id, read) for device_id in devices)
    return [each for each in found if each is not None]


def _by_device[T](
    hass: HomeAssistant,
    device_id: str,
    read: Callable[[HalcyonConfigEntry, DeviceEntry], T | None],
) -> tuple[Hub, T] | None:
    device = dr.async_get(hass).async_get(device_id)
    if not isinstance(device, DeviceEntry):
        return None
    entry: HalcyonConfigEntry | None = hass.config_entries.async_get_entry(device.config_entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    found = read(entry, device)
    return None if found is None else (entry.runtime_data, found)
