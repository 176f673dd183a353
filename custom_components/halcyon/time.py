"""By when to wake somebody, for once."""

from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .alarm.entities import ALARM_TIMES
from .appearing import add_entities
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the time of every alarm."""
    add_entities(entry, async_add_entities, WakeByTime, alarms=ALARM_TIMES)


class WakeByTime(HalcyonEntity, TimeEntity):
    """The time of the next alarm. To set it changes that one alarm, and arms it."""

    platform_domain = Platform.TIME

    @property
    @override
    def native_value(self) -> time | None:
        value = self.value
        if not isinstance(value, float):
            return None
        return dt_util.as_local(dt_util.utc_from_timestamp(value)).time()

    @override
    async def async_set_value(self, value: time) -> None:
        self.hub.alarms.wishes.set_once(self.subject.name, f"{value:%H:%M:%S}", None)
