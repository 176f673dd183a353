"""The entities of an alarm."""

from homeassistant.components.button import ButtonEntityDescription
from homeassistant.components.event import EventEntityDescription
from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.components.switch import SwitchEntityDescription
from homeassistant.components.time import TimeEntityDescription

from .shown import (
    ALARM_CLOCK,
    CLOCK_EVENTS,
    SLEEP_TRACKING,
    SMART_WAKEUP,
    STATES,
    TRACKING_EVENTS,
    WAKEUP_EVENTS,
)

SNOOZE, DISMISS, SKIP = "snooze", "dismiss", "skip"

ALARM_BUTTONS = tuple(
    ButtonEntityDescription(key=key, translation_key=key) for key in (SNOOZE, DISMISS, SKIP)
)

ALARM_SWITCHES = (SwitchEntityDescription(key="armed", translation_key="armed"),)

ALARM_TIMES = (TimeEntityDescription(key="wake_by", translation_key="wake_by"),)

ALARM_TIME_SENSORS = (
    SensorEntityDescription(
        key="next_alarm",
        translation_key="next_alarm",
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
)

ALARM_SENSORS = (
    SensorEntityDescription(
        key="alarm",
        translation_key="alarm",
        device_class=SensorDeviceClass.ENUM,
        options=[*STATES],
    ),
)

ALARM_EVENTS = (
    EventEntityDescription(
        key=ALARM_CLOCK, translation_key=ALARM_CLOCK, event_types=[*CLOCK_EVENTS]
    ),
    # For automations that were made for Sleep as Android.
    EventEntityDescription(
        key=SMART_WAKEUP,
        translation_key=SMART_WAKEUP,
        event_types=[*WAKEUP_EVENTS],
        entity_registry_enabled_default=False,
    ),
    EventEntityDescription(
        key=SLEEP_TRACKING,
        translation_key=SLEEP_TRACKING,
        event_types=[*TRACKING_EVENTS],
        entity_registry_enabled_default=False,
    ),
)
