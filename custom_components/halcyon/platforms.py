"""The platforms of a site, which are more in a home that has Assist."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .const import PLATFORMS

_ASSIST = "assist_pipeline"


def has_assist(hass: HomeAssistant) -> bool:
    """Whether this home has Assist, without which its modules may lack what they need."""
    return _ASSIST in hass.config.components


def platforms_of(hass: HomeAssistant) -> tuple[Platform, ...]:
    """The platforms of a site in this home."""
    return (*PLATFORMS, Platform.ASSIST_SATELLITE) if has_assist(hass) else PLATFORMS
