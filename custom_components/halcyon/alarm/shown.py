"""What is shown of an alarm: its plan as values, and what happens to it as events.

The events have the words of Home Assistant's Sleep as Android integration, so that automations
made for one work with the other.
"""

from ..engine.core.output import Alarm, AlarmEvent, AlarmPlan
from ..shown import SLEEPER, Change, Key, Value

ALARM_CLOCK = "alarm_clock"
SMART_WAKEUP = "smart_wakeup"
SLEEP_TRACKING = "sleep_tracking"

MISSED = "missed"
"""Nobody dismissed it, or nothing could ring: what the other integration has no word for."""

BEFORE_SMART_PERIOD = "before_smart_period"
SMART_PERIOD = "smart_period"

_SNOOZE_CANCELED = "snooze_canceled"
_WORDS = {
    AlarmEvent.SET: "rescheduled",
    AlarmEvent.RINGING: "alert_start",
    AlarmEvent.SNOOZED: "snooze_clicked",
    AlarmEvent.DISMISSED: "alert_dismiss",
    AlarmEvent.SKIPPED: "skip_next",
    AlarmEvent.MISSED: MISSED,
}

CLOCK_EVENTS = (*_WORDS.values(), _SNOOZE_CANCELED)
WAKEUP_EVENTS = (BEFORE_SMART_PERIOD, SMART_PERIOD)
TRACKING_EVENTS = ("started", "stopped", "paused", "resumed")

SNOOZED = "snoozed"
RINGING = "ringing"
STATES = ("off", "set", "window", RINGING, SNOOZED)


def plan_changes(plan: AlarmPlan) -> list[Change]:
    """What a plan shows."""
    values: dict[str, Value] = {
        "held": plan.held,
        "alarm": plan.state,
        "armed": plan.armed,
        "next_alarm": plan.rings_at,
        "wake_by": plan.rings_at,
    }
    return [
        Change(Key(SLEEPER, plan.sleeper, quantity), value) for quantity, value in values.items()
    ]


def moments(fact: Alarm, before: str) -> list[Change]:
    """The events that something is, by the state of the alarm `before`; in their order."""
    if fact.event is AlarmEvent.WINDOW_OPENED:
        return [Change(Key(SLEEPER, fact.sleeper, SMART_WAKEUP), SMART_PERIOD)]
    words = [_WORDS[fact.event]]
    if fact.event is AlarmEvent.DISMISSED and before == SNOOZED:
        words.insert(0, _SNOOZE_CANCELED)
    return [
        Change(Key(SLEEPER, fact.sleeper, "occurrence"), fact.occurrence),
        *(Change(Key(SLEEPER, fact.sleeper, ALARM_CLOCK), word) for word in words),
    ]
