"""What a report of a fault needs, without what says whose home it is."""

from typing import Any

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_NAME, CONF_SEQUENCE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .alarm.config import CONF_ACTION, CONF_SOUND, CONF_WEEK
from .const import CONF_AREA, CONF_PART, CONF_PERSON
from .hub import HalcyonConfigEntry, Hub
from .shown import SLEEPER, Key, Value

TO_REDACT = frozenset(
    {
        CONF_ACTION,
        CONF_AREA,
        CONF_NAME,
        CONF_PART,
        CONF_PERSON,
        CONF_SEQUENCE,
        CONF_SOUND,
        CONF_WEEK,
        "title",
        "tz",
        "zone",
    }
)


SLEEP_TO_REDACT = frozenset(
    {
        "certainty",
        "confidence",
        "evidence",
        "in_bed",
        "in_bed_since",
        "intent",
        "level",
        "session",
        "stage",
        "terms",
    }
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> dict[str, Any]:
    """The configuration, what the nodes said of themselves, and the evidence in every room."""
    hub = entry.runtime_data
    return {
        "entry": {
            "data": dict(entry.data),
            "options": dict(entry.options),
            "subentries": [
                async_redact_data(
                    {"type": each.subentry_type, "title": each.title, **each.data}, TO_REDACT
                )
                for each in entry.subentries.values()
            ],
        },
        "broker": {"configured": hub.link.configured, "connected": hub.link.connected},
        "nodes": await hub.async_report_nodes(),
        "explanations": {room: await _explanation(hub, room) for room in hub.rooms},
        "nights": await hub.nights.async_count(),
        "shown": {"/".join(key): _health(key, value) for key, value in sorted(hub.values)},
    }


async def _explanation(hub: Hub, room: str) -> Any:  # noqa: ANN401 - JSON
    """Why a room is what it is; of its sleepers only what is measured and where their bed is."""
    try:
        explained = await hub.async_explain(room)
    except HomeAssistantError as error:
        # A service that does not answer is what somebody may want to report.
        return {"error": error.translation_key}
    told: Any = async_redact_data(explained, TO_REDACT)
    if isinstance(told, dict):
        rows = told.get("sleepers", [])
        told["sleepers"] = [async_redact_data(row, SLEEP_TO_REDACT) for row in rows]
    return told


def _health(key: Key, value: Value) -> Value:
    """How people sleep is nobody's business; whether it is known is what a fault is found by."""
    return REDACTED if key.scope == SLEEPER and value is not None else value
