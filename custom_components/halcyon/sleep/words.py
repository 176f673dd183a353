"""What changes of a sleeper by a stage, or by something that happened in their night."""

from collections.abc import Mapping

from ..alarm.shown import SLEEP_TRACKING
from ..engine.core.output import SessionEvent, SleepSession, SleepStage
from ..shown import SLEEPER, Change, Key, Value

LASTING = frozenset({"stage", "asleep"})
"""The values that stand until they change; the others belong to a moment."""

STAGE_CHANGED = "stage_changed"

MOMENTS = (SessionEvent.FELL_ASLEEP, SessionEvent.WOKE_UP, SessionEvent.GOT_UP)
"""What routines wait for. That a night began and ended is for the report."""

_TRACKING = {SessionEvent.STARTED: "started", SessionEvent.ENDED: "stopped"}
"""What automations wait for that were made for Sleep as Android."""


def stage_changes(fact: SleepStage, at: float, shown: Mapping[Key, Value]) -> list[Change]:
    """What a stage changes of what is `shown`; a stage that stays changes nothing."""
    stage = None if fact.stage is None else str(fact.stage)
    key, asleep = Key(SLEEPER, fact.sleeper, "stage"), Key(SLEEPER, fact.sleeper, "asleep")
    before = shown.get(key)
    if key in shown and stage == before:
        return []
    changes = [Change(key, stage)]
    if fact.stage is not None:
        if shown.get(asleep) is None:
            # Nobody saw them fall asleep: we have only just begun to look.
            changes.append(Change(asleep, fact.stage.is_sleep))
        if key in shown:
            changes += _moment(fact.sleeper, STAGE_CHANGED, at, before)
    return changes


def session_changes(fact: SleepSession, at: float) -> list[Change]:
    """What is to be shown when something happened in a night."""
    if fact.event in _TRACKING:
        return [Change(Key(SLEEPER, fact.sleeper, SLEEP_TRACKING), _TRACKING[fact.event])]
    if fact.event not in MOMENTS:
        return []
    asleep = fact.event is SessionEvent.FELL_ASLEEP
    return [
        Change(Key(SLEEPER, fact.sleeper, "asleep"), asleep),
        *_moment(fact.sleeper, str(fact.event), at, None),
    ]


def _moment(sleeper: str, event: str, at: float, before: Value) -> list[Change]:
    """An event, after what belongs to it, because entities act on the event."""
    return [
        Change(Key(SLEEPER, sleeper, "happened_at"), at),
        Change(Key(SLEEPER, sleeper, "stage_before"), before),
        Change(Key(SLEEPER, sleeper, "happened"), event),
    ]
