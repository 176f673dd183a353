"""The air and light of a room, the rates of who sleeps in it, and the traffic of its nodes."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    LIGHT_LUX,
    PERCENTAGE,
    EntityCategory,
    Platform,
    UnitOfRatio,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appearing import add_when_measured
from .entity import HalcyonEntity, add_entities
from .hub import HalcyonConfigEntry
from .subject import room_subject

PARALLEL_UPDATES = 0

BREATHS_PER_MINUTE = "br/min"
BEATS_PER_MINUTE = "bpm"


@dataclass(frozen=True, kw_only=True)
class CounterDescription(SensorEntityDescription):
    """A counter of a node's traffic: diagnostic, and off until somebody looks for a fault."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    entity_registry_enabled_default: bool = False
    state_class: SensorStateClass | None = SensorStateClass.TOTAL_INCREASING


ENVIRONMENT_SENSORS = (
    SensorEntityDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
    SensorEntityDescription(
        key="humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    SensorEntityDescription(
        key="illuminance",
        device_class=SensorDeviceClass.ILLUMINANCE,
        native_unit_of_measurement=LIGHT_LUX,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    SensorEntityDescription(
        key="co2",
        device_class=SensorDeviceClass.CO2,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
)

ROOM_SENSORS = (
    SensorEntityDescription(
        key="confidence",
        translation_key="confidence",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
)

BED_SENSORS = (
    SensorEntityDescription(
        key="respiration",
        translation_key="respiration",
        native_unit_of_measurement=BREATHS_PER_MINUTE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    SensorEntityDescription(
        key="heart_rate",
        translation_key="heart_rate",
        # Of all that a radar gives, the heart rate is the least certain.
        entity_registry_enabled_default=False,
        native_unit_of_measurement=BEATS_PER_MINUTE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
)

NODE_SENSORS = (
    *(
        CounterDescription(key=counter, translation_key=counter)
        for counter in ("received", "bad", "duplicate", "gap")
    ),
    CounterDescription(
        key="skew",
        translation_key="skew",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of every room, of its sleepers and of its nodes."""
    add_entities(
        entry,
        async_add_entities,
        ValueSensor,
        rooms=ROOM_SENSORS,
        beds=BED_SENSORS,
        nodes=NODE_SENSORS,
    )
    hub = entry.runtime_data
    for room in hub.rooms.values():
        about = room_subject(entry.entry_id, room)
        environment = [ValueSensor(hub, about, each) for each in ENVIRONMENT_SENSORS]
        add_when_measured(environment, async_add_entities)


class ValueSensor(HalcyonEntity, SensorEntity):
    """A value of the hub that is a number."""

    platform_domain = Platform.SENSOR

    @property
    @override
    def native_value(self) -> float | None:
        value = self.value
        return None if isinstance(value, bool | str) else value
