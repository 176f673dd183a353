"""Explanations in words: the engine gives keys, a person reads sentences."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .engine.core.snapshot import Json

_CATEGORY = "selector"


async def async_put_into_words(hass: HomeAssistant, explained: Json) -> Json:
    """An explanation whose every sign says what it is in this Home Assistant's language."""
    if not isinstance(explained, dict):
        return explained
    words = await async_get_translations(hass, hass.config.language, _CATEGORY, [DOMAIN])
    said = {
        list_key: _with_words(explained.get(list_key), keys, words)
        for list_key, keys in (("evidence", ("modality", "note")), ("ignored", ("reason",)))
    }
    return explained | said


def _with_words(rows: Json, keys: tuple[str, ...], words: dict[str, str]) -> Json:
    if not isinstance(rows, list):
        return rows
    return [
        row
        | {"says": " ".join(_sentence(key, row.get(key), words) for key in keys if row.get(key))}
        if isinstance(row, dict)
        else row
        for row in rows
    ]


def _sentence(key: str, value: Json, words: dict[str, str]) -> str:
    kind = "modality" if key == "modality" else "reason"
    return words.get(f"component.{DOMAIN}.{_CATEGORY}.{kind}.options.{value}", str(value))
