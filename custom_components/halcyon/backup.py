"""What a backup holds is what is known when it is made, not what was saved a minute before."""

from homeassistant.core import HomeAssistant

from .const import DOMAIN
from .hub import HalcyonConfigEntry


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Write the state of every site to disk."""
    entries: list[HalcyonConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        await entry.runtime_data.async_save()


async def async_post_backup(hass: HomeAssistant) -> None:
    """There is nothing to do after a backup."""
