"""What is shown of a sleeper as sensors: how they sleep now, and how they slept last night."""

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.const import PERCENTAGE

from ..engine.core.sleep import Stage
from ..measurements import DiagnosticDescription, MeasurementDescription, NightDurationDescription

BREATHS_PER_MINUTE = "br/min"
BEATS_PER_MINUTE = "bpm"

STAGE_SENSORS = (
    SensorEntityDescription(
        key="stage",
        translation_key="stage",
        device_class=SensorDeviceClass.ENUM,
        options=[str(stage) for stage in Stage],
    ),
)

SLEEPER_SENSORS = (
    MeasurementDescription(
        key="respiration",
        translation_key="respiration",
        native_unit_of_measurement=BREATHS_PER_MINUTE,
    ),
    MeasurementDescription(
        key="heart_rate",
        translation_key="heart_rate",
        # Of all that a radar gives, the heart rate is the least certain.
        entity_registry_enabled_default=False,
        native_unit_of_measurement=BEATS_PER_MINUTE,
    ),
)

NIGHT_SENSORS = (
    *(
        NightDurationDescription(
            key=key,
            translation_key=key,
            # A device shows few things. The others can be enabled, and the picture has them all.
            entity_registry_enabled_default=key == "time_asleep",
        )
        for key in (
            "time_asleep",
            "time_in_bed",
            "time_in_light_sleep",
            "time_in_deep_sleep",
            "time_in_rem",
            "latency",
            "wake_after_onset",
            "rem_latency",
        )
    ),
    MeasurementDescription(
        key="efficiency", translation_key="efficiency", native_unit_of_measurement=PERCENTAGE
    ),
    MeasurementDescription(
        key="awakenings", translation_key="awakenings", entity_registry_enabled_default=False
    ),
    MeasurementDescription(
        key="night_respiration",
        translation_key="night_respiration",
        entity_registry_enabled_default=False,
        native_unit_of_measurement=BREATHS_PER_MINUTE,
        suggested_display_precision=1,
    ),
    MeasurementDescription(
        key="night_heart_rate",
        translation_key="night_heart_rate",
        entity_registry_enabled_default=False,
        native_unit_of_measurement=BEATS_PER_MINUTE,
    ),
    DiagnosticDescription(
        key="coverage", translation_key="coverage", native_unit_of_measurement=PERCENTAGE
    ),
    *(
        SensorEntityDescription(
            key=key,
            translation_key=key,
            device_class=SensorDeviceClass.TIMESTAMP,
            entity_registry_enabled_default=False,
        )
        for key in ("fell_asleep_at", "woke_up_at")
    ),
)
