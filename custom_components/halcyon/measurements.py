"""What sensors that measure have in common."""

from dataclasses import dataclass

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfTime


@dataclass(frozen=True, kw_only=True)
class MeasurementDescription(SensorEntityDescription):
    """A quantity that goes up and down, shown in whole numbers."""

    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 0


@dataclass(frozen=True, kw_only=True)
class DiagnosticDescription(MeasurementDescription):
    """What is off until somebody looks for a fault."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    entity_registry_enabled_default: bool = False


@dataclass(frozen=True, kw_only=True)
class NightDurationDescription(MeasurementDescription):
    """How long something lasted in the last night."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.DURATION
    native_unit_of_measurement: str | None = UnitOfTime.MINUTES
    suggested_unit_of_measurement: str | None = UnitOfTime.HOURS
    suggested_display_precision: int | None = 1
