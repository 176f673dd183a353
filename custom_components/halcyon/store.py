"""What a site keeps on disk across a restart: one versioned file an entry."""

from typing import Any, TypedDict, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .engine.core.snapshot import Json
from .shown import NODE, Change, Key

VERSION = 1
MINOR_VERSION = 4


class Stored(TypedDict):
    """The file's content. `t` is the host time of the save, unix seconds.

    `shown` holds rows of scope, name, quantity and value; `standby` the ids of paused rooms,
    `resting` those of sleepers who are not watched, `disabled` those of routines switched off.
    `alarms` is what of them the engine does not keep.
    """

    t: float
    engine: Json
    shown: list[Json]
    standby: list[str]
    resting: list[str]
    disabled: list[str]
    alarms: dict[str, Json]


class SiteStore(Store[Stored]):
    """The store of one entry.

    A file of a newer major version is refused by the base class and left as it is. Parts that
    an older minor version did not have start empty.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        super().__init__(
            hass,
            VERSION,
            f"{DOMAIN}.{entry_id}",
            minor_version=MINOR_VERSION,
            # A snapshot is built for the save and belongs to nobody else, so that its
            # serialization need not hold up the loop.
            serialize_in_event_loop=False,
            atomic_writes=True,
        )

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> Stored:
        return {
            "t": old_data.get("t", 0.0),
            "engine": old_data.get("engine"),
            "shown": old_data.get("shown", []),
            "standby": old_data.get("standby", []),
            "resting": old_data.get("resting", []),
            "disabled": old_data.get("disabled", []),
            "alarms": old_data.get("alarms", {}),
        }


def shown_rows(stored: Stored, t: float) -> list[Change]:
    """The values that were shown and may be again at t; rows that are not well formed are left out.

    Those of nodes may not: a node must be heard again before what it said counts. None may that
    were stored after t, by a clock that was wrong, or is wrong now.
    """
    rows: list[Change] = []
    for row in stored["shown"] if stored["t"] <= t else ():
        match row:
            case [
                str(scope),
                str(name),
                str(quantity),
                bool() | int() | float() | str() | None as value,
            ] if scope != NODE:
                rows.append(Change(Key(scope, name, quantity), value))
    return rows
