"""Halcyon: contactless sensing of presence, motion, sleep and room environment."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, UnsupportedStorageVersionError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .devices import async_make_devices, node_of
from .hub import HalcyonConfigEntry, Hub
from .issues import async_clear_issues
from .migration import async_migrate_entry as async_migrate_entry
from .room.areas import async_follow_registries
from .room.subentries import async_unmount
from .services import async_setup_services
from .sleep.nights import async_destroy_nights
from .store import SiteStore
from .websocket import async_setup_websocket

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what exists once, whatever number of sites there is."""
    async_setup_services(hass)
    async_setup_websocket(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: HalcyonConfigEntry) -> bool:
    """Set up one site."""
    store = SiteStore(hass, entry.entry_id)
    hub = Hub(hass, entry, store)
    try:
        await hub.async_restore()
    except UnsupportedStorageVersionError as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="store_too_new",
            translation_placeholders={"path": store.path},
        ) from error
    entry.runtime_data = hub
    entry.async_on_unload(hub.async_stop)
    async_make_devices(hass, entry, hub.monitor.announcements)
    await hass.config_entries.async_forward_entry_setups(entry, hub.platforms)
    await hub.async_start()
    async_follow_registries(hass, entry)
    entry.async_on_unload(entry.add_update_listener(hub.async_entry_updated))
    if hub.is_outdated:
        # The entry was changed while nobody listened. The reload waits for the end of this set-up,
        # and is the hub's own, which hands its subscriptions over.
        hass.async_create_task(
            hub.async_entry_updated(hass, entry), f"{DOMAIN} reloads", eager_start=False
        )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: HalcyonConfigEntry) -> bool:
    """Unload one site; its hub saves and stops with it."""
    return await hass.config_entries.async_unload_platforms(entry, entry.runtime_data.platforms)


async def async_remove_entry(hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
    """Leave nothing behind."""
    await SiteStore(hass, entry.entry_id).async_remove()
    await async_destroy_nights(hass, entry.entry_id)
    async_clear_issues(hass, entry.entry_id)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: HalcyonConfigEntry, device: DeviceEntry
) -> bool:
    """Let a person remove a node; rooms and sleepers go with their subentries."""
    node = node_of(entry, device)
    if node is None:
        return False
    await entry.runtime_data.async_remove_node(node)
    async_unmount(hass, entry, node)
    return True
