"""A routine as an automation of Home Assistant, of the entities that tell the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..alarm.shown import moments
from ..const import CONF_ROOM, DOMAIN
from ..engine.core.house import QUIET_MINUTES
from ..engine.core.output import Alarm
from ..engine.decide.routines.conditions import (
    Asleep,
    Condition,
    Lies,
    Light,
    Mode,
    Occupied,
    Sleeps,
    Sun,
    Time,
)
from ..engine.decide.routines.routine import Routine, routine_from_json
from ..engine.decide.routines.triggers import (
    Alarmed,
    AllAsleep,
    Bed,
    Command,
    Crossing,
    Motion,
    Moving,
    Night,
    NodeAway,
    Occupancy,
    Quantity,
    Staged,
    Trigger,
)
from ..room.subentries import quiet_minutes_of, room_subentries
from ..shown import NODE, ROOM, SLEEPER
from ..sleep.subentries import sleeper_configs
from ..sleep.words import MOMENTS
from .rule import duration
from .subentries import RoutineConfig

type Part = dict[str, Any]

_SENSORS = {
    Quantity.TEMPERATURE: "temperature",
    Quantity.HUMIDITY: "humidity",
    Quantity.LIGHT: "illuminance",
    Quantity.CO2: "co2",
}

_ANY_WORDS, _WILDCARD = "…", "{words}"
"""What stands for any words in a phrase of a routine, and in a sentence of Home Assistant."""


@dataclass(frozen=True, slots=True)
class Automation:
    """An automation as its editor takes it, and the kinds of what it cannot say."""

    config: Part
    left_out: frozenset[str]


def automation_of(
    hass: HomeAssistant, entry: ConfigEntry[Any], routine: RoutineConfig
) -> Automation:
    """The automation that does the same as a routine, as far as entities tell it."""
    read = routine_from_json(routine.document)
    writer = _Writer(hass, entry)
    triggers = [(each.kind, writer.trigger(each)) for each in read.triggers]
    conditions = [(each.kind, writer.condition(each)) for each in read.conditions]
    config: Part = {
        "alias": routine.title,
        "triggers": [part for _, written in triggers for part in written],
        "conditions": [part for _, written in conditions for part in written] + _rest(read),
        "actions": list(routine.sequence),
        "mode": str(read.mode),
    }
    left_out = frozenset(kind for kind, written in triggers + conditions if not written)
    return Automation(config, left_out)


def _rest(routine: Routine) -> list[Part]:
    """What keeps an automation from running again so soon."""
    if not routine.cooldown_s:
        return []
    return [
        {
            "condition": "template",
            "value_template": (
                "{{ this.attributes.last_triggered is none or now() - "
                "this.attributes.last_triggered > "
                f"timedelta(seconds={routine.cooldown_s:g}) }}}}"
            ),
        }
    ]


class _Writer:
    """Writes triggers and conditions; what no entity tells becomes nothing."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        self._registry = er.async_get(hass)
        self._entry = entry

    def trigger(self, trigger: Trigger) -> list[Part]:
        """A trigger; empty where there is none like it."""
        match trigger:
            case NodeAway(node, offline, for_s):
                return self._turns(NODE, node, "connected", on=not offline, for_s=for_s)
            case Command(phrases, None, None, None):
                said = [phrase.replace(_ANY_WORDS, _WILDCARD) for phrase in phrases]
                return [{"trigger": "conversation", "command": said}]
        return self._of_room(trigger) or self._of_sleeper(trigger)

    def _of_room(self, trigger: Trigger) -> list[Part]:
        match trigger:
            case Motion(room, detected, None, False, for_s):
                # The entity itself is on until nothing has moved for the room's minutes.
                waits = for_s if detected else max(0.0, for_s - self._quiet(room))
                return self._turns(ROOM, room, "motion", on=detected, for_s=waits)
            case Moving(room, event, None):
                return self._happens(ROOM, room, "motion", str(event))
            case Occupancy(room, occupied, for_s):
                return self._turns(ROOM, room, "occupancy", on=occupied, for_s=for_s)
            case Crossing(room, quantity, above, below, _, for_s):
                measured = self._entity(Platform.SENSOR, ROOM, room, _SENSORS[quantity])
                return _crosses("trigger", measured, above, below, for_s)
        return []

    def _of_sleeper(self, trigger: Trigger) -> list[Part]:
        match trigger:
            case Bed(sleeper, in_bed, for_s):
                return self._turns(SLEEPER, sleeper, "in_bed", on=in_bed, for_s=for_s)
            case Staged(sleeper, stages, for_s):
                stage = self._entity(Platform.SENSOR, SLEEPER, sleeper, "stage")
                return _becomes(stage, [*map(str, stages)], for_s)
            case Night(sleeper, event) if event in MOMENTS:
                return self._happens(SLEEPER, sleeper, "sleep", str(event))
            case Alarmed(sleeper, event):
                # What an alarm tells, it tells in the words of its event entities.
                told = moments(Alarm(sleeper, "", event), "")[-1]
                return self._happens(SLEEPER, sleeper, told.key.quantity, str(told.value))
            case AllAsleep(sleepers, for_s):
                each = " and ".join(f"is_state('{one}', 'on')" for one in self._asleep(sleepers))
                return [
                    {"trigger": "template", "value_template": f"{{{{ {each} }}}}"} | _for(for_s)
                ]
        return []

    def condition(self, condition: Condition) -> list[Part]:
        """A condition; empty where there is none like it."""
        written = self._plain(condition)
        if condition.negate and written and not isinstance(condition, Occupied | Lies | Asleep):
            return [{"condition": "not", "conditions": written}]
        return written

    def _plain(self, condition: Condition) -> list[Part]:
        state = STATE_OFF if condition.negate else STATE_ON
        match condition:
            case Time(after, before, days):
                when = {"after": after, "before": before, "weekday": [*map(str, days)]}
                return [{"condition": "time"} | {key: each for key, each in when.items() if each}]
            case Sun(None, _):
                return _is("sun.sun", "below_horizon")
            case Sun():
                return _is("sun.sun", "above_horizon")
            case Light(room, above, below):
                measured = self._entity(Platform.SENSOR, ROOM, room, "illuminance")
                return _crosses("condition", measured, above, below, 0.0)
            case Sleeps(sleeper, stages):
                stage = self._entity(Platform.SENSOR, SLEEPER, sleeper, "stage")
                return _is(stage, [*map(str, stages)])
            case Asleep(sleepers):
                return _is(self._asleep(sleepers), state)
            case Lies(sleeper):
                return _is(self._entity(Platform.BINARY_SENSOR, SLEEPER, sleeper, "in_bed"), state)
            case Occupied(room):
                return _is(self._entity(Platform.BINARY_SENSOR, ROOM, room, "occupancy"), state)
            case Mode(name, values):
                return _is(name, [*values])

    def _turns(self, scope: str, name: str, key: str, *, on: bool, for_s: float) -> list[Part]:
        entity = self._entity(Platform.BINARY_SENSOR, scope, name, key)
        return _becomes(entity, STATE_ON if on else STATE_OFF, for_s)

    def _happens(self, scope: str, name: str, key: str, event: str) -> list[Part]:
        entity = self._entity(Platform.EVENT, scope, name, key)
        if entity is None:
            return []
        options = {"event_type": [event]}
        return [{"trigger": "event.received", "target": {"entity_id": entity}, "options": options}]

    def _asleep(self, sleepers: Iterable[str]) -> list[str]:
        names = [*sleepers] or [each.id for each in sleeper_configs(self._entry)]
        found = (self._entity(Platform.BINARY_SENSOR, SLEEPER, name, "asleep") for name in names)
        return [each for each in found if each is not None]

    def _entity(self, platform: Platform, scope: str, name: str, key: str) -> str | None:
        """The entity, where there is one and it is enabled."""
        unique = f"{self._entry.entry_id}_{scope}_{name}_{key}"
        entity_id = self._registry.async_get_entity_id(platform, DOMAIN, unique)
        entity = None if entity_id is None else self._registry.async_get(entity_id)
        return None if entity is None or entity.disabled else entity_id

    def _quiet(self, room: str) -> float:
        """For how many seconds nothing must move until a room's motion is off."""
        minutes = (
            quiet_minutes_of(each.data)
            for each in room_subentries(self._entry)
            if each.data[CONF_ROOM] == room
        )
        return 60.0 * next(minutes, QUIET_MINUTES)


def _becomes(entity: str | list[str] | None, state: str | list[str], for_s: float) -> list[Part]:
    if not entity:
        return []
    return [{"trigger": "state", "entity_id": entity, "to": state, **_for(for_s)}]


def _is(entity: str | list[str] | None, state: str | list[str]) -> list[Part]:
    return [{"condition": "state", "entity_id": entity, "state": state}] if entity else []


def _crosses(
    what: str, entity: str | None, above: float | None, below: float | None, for_s: float
) -> list[Part]:
    if entity is None:
        return []
    limits = {key: each for key, each in (("above", above), ("below", below)) if each is not None}
    return [{what: "numeric_state", "entity_id": entity, **limits, **_for(for_s)}]


def _for(seconds: float) -> Part:
    return {"for": duration(seconds)} if seconds else {}
