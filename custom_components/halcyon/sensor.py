"""The air and light of a room, how its sleepers sleep and slept, and the traffic of its nodes."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import (
    LIGHT_LUX,
    PERCENTAGE,
    SIGNAL_STRENGTH_DECIBELS,
    Platform,
    UnitOfFrequency,
    UnitOfRatio,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .alarm.entities import ALARM_SENSORS, ALARM_TIME_SENSORS
from .appearing import add_entities
from .const import CONF_KEEP_COMMANDS
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry
from .measurements import DiagnosticDescription, MeasurementDescription
from .shown import Key
from .sleep.sensors import NIGHT_SENSORS, SLEEPER_SENSORS, STAGE_SENSORS
from .voice.entities import COMMAND_SENSORS, LastCommandSensor

PARALLEL_UPDATES = 0

ATTR_RINGS_BY_ITSELF = "rings_by_itself"

ENVIRONMENT_SENSORS = (
    MeasurementDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
    ),
    MeasurementDescription(
        key="humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
    ),
    MeasurementDescription(
        key="illuminance",
        device_class=SensorDeviceClass.ILLUMINANCE,
        native_unit_of_measurement=LIGHT_LUX,
    ),
    MeasurementDescription(
        key="co2",
        device_class=SensorDeviceClass.CO2,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
    ),
)

ROOM_SENSORS = (
    DiagnosticDescription(
        key="confidence", translation_key="confidence", native_unit_of_measurement=PERCENTAGE
    ),
)

NODE_SENSORS = (
    *(
        DiagnosticDescription(
            key=counter,
            translation_key=counter,
            state_class=SensorStateClass.TOTAL_INCREASING,
            suggested_display_precision=None,
        )
        for counter in ("received", "bad", "duplicate", "gap")
    ),
    DiagnosticDescription(
        key="skew",
        translation_key="skew",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
    ),
)

TONE_SENSORS = (
    DiagnosticDescription(
        key="calibrated",
        translation_key="calibrated",
        device_class=SensorDeviceClass.TIMESTAMP,
        state_class=None,
        suggested_display_precision=None,
    ),
    DiagnosticDescription(
        key="carrier",
        translation_key="carrier",
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
    ),
    DiagnosticDescription(
        key="ratio",
        translation_key="ratio",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of every room, sleeper and node."""
    add_entities(
        entry,
        async_add_entities,
        ValueSensor,
        rooms=ROOM_SENSORS,
        sleepers=SLEEPER_SENSORS,
        nights=NIGHT_SENSORS,
        measured=ENVIRONMENT_SENSORS,
        nodes=NODE_SENSORS,
        tones=TONE_SENSORS,
    )
    add_entities(entry, async_add_entities, WordSensor, sleepers=STAGE_SENSORS)
    if entry.options.get(CONF_KEEP_COMMANDS, False):
        add_entities(entry, async_add_entities, LastCommandSensor, measured=COMMAND_SENSORS)
    add_entities(entry, async_add_entities, ValueSensor, alarms=ALARM_TIME_SENSORS)
    add_entities(entry, async_add_entities, AlarmSensor, alarms=ALARM_SENSORS)


class ValueSensor(HalcyonEntity, SensorEntity):
    """A value of the hub that is a number, or a time given as unix seconds."""

    platform_domain = Platform.SENSOR

    @property
    @override
    def native_value(self) -> float | datetime | None:
        value = self.value
        if value is None or isinstance(value, bool | str):
            return None
        if self.device_class is SensorDeviceClass.TIMESTAMP:
            return dt_util.utc_from_timestamp(value)
        return value


class WordSensor(HalcyonEntity, SensorEntity):
    """A value of the hub that is one of a few words."""

    platform_domain = Platform.SENSOR

    @property
    @override
    def native_value(self) -> str | None:
        value = self.value
        return value if isinstance(value, str) else None


class AlarmSensor(WordSensor):
    """What an alarm is at, and whether a node rings it whatever happens to Home Assistant."""

    @property
    @override
    def extra_state_attributes(self) -> dict[str, bool]:
        held = self.hub.values.get(Key(self.subject.scope, self.subject.name, "held"))
        return {ATTR_RINGS_BY_ITSELF: held is True}
