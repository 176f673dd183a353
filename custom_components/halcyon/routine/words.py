"""Why a routine ran, or did not, in a sentence of this Home Assistant's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import CONF_ROOM, CONF_SLEEPER, CONF_ZONES, DOMAIN
from ..engine.core.output import RoutineEvent
from ..engine.core.snapshot import Json
from ..engine.decide.routines.triggers import (
    TRIGGERS,
    Alarmed,
    Command,
    Crossing,
    Moving,
    Night,
    Staged,
    Trigger,
)
from ..room.subentries import room_subentries
from ..sleep.subentries import sleeper_subentries
from .rule import FLAGS, NO, YES

_CATEGORY = "selector"


async def async_routine_words(hass: HomeAssistant) -> RoutineWords:
    """The words in the language of this Home Assistant."""
    words = await async_get_translations(hass, hass.config.language, _CATEGORY, [DOMAIN])
    return RoutineWords(words)


class RoutineWords:
    """Puts what the engine says of routines into words."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        # What triggers are called, by how they are described: a light waits for this.
        self._causes: dict[str, str] = {}

    def forget_names(self) -> None:
        """People may call things otherwise from now on."""
        self._causes.clear()

    def say(
        self,
        event: RoutineEvent,
        why: Json,
        entry: ConfigEntry[Any],
        reason: str | None = None,
    ) -> str:
        """Why a routine ran, or was triggered and did not run for a reason."""
        told: Mapping[str, Any] = why if isinstance(why, dict) else {}
        described = told.get("trigger")
        cause = self._causes.get(key := repr(described))
        if cause is None:
            trigger = None if described is None else TRIGGERS.read(described, "trigger")
            cause = self._causes[key] = self._cause(trigger, entry)
        if event is not RoutineEvent.SKIPPED:
            return self._word("said", "ran", cause=cause)
        skipped = self._word("skipped", str(reason), conditions=self._failed(told))
        return self._word("said", "skipped", cause=cause, reason=skipped)

    def troubled(self, errors: Iterable[str]) -> str:
        """What went wrong in a run."""
        return self._word("said", "troubled", errors="; ".join(errors))

    def left_out(self, kinds: Iterable[str]) -> str:
        """That an automation cannot say all of a routine; empty where it does."""
        names = self._list("no_automation", kinds)
        return self._word("said", "left_out", kinds=names) if names else ""

    def kind(self, kind: str) -> str:
        """What a kind of trigger is called."""
        return self._word("trigger", kind)

    def _cause(self, trigger: Trigger | None, entry: ConfigEntry[Any]) -> str:
        if trigger is None:
            return self._word("cause", "person")
        cause = self._word("cause", cause_key(trigger), **self._names(trigger, entry))
        waited = getattr(trigger, "for_s", 0.0)
        return self._word("said", "lasting", cause=cause, time=_time(waited)) if waited else cause

    def _names(self, trigger: Trigger, entry: ConfigEntry[Any]) -> dict[str, str]:
        """What people call what a trigger is about; ids of what they do not know."""
        names = _titles(trigger, entry)
        match trigger:
            case Staged(stages=stages):
                names["stages"] = self._list("stage", stages)
            case Crossing(quantity=quantity, above=above, below=below):
                names["quantity"] = self._word("quantity", quantity)
                names["limit"] = f"{below if above is None else above:g}"
            case Command(phrases=phrases):
                names["phrases"] = ", ".join(phrases)
        return names

    def _list(self, group: str, keys: Iterable[str]) -> str:
        return ", ".join(self._word(group, key) for key in keys)

    def _failed(self, why: Mapping[str, Any]) -> str:
        """The conditions that did not hold."""
        rows = why.get("conditions") or []
        return self._list("condition", (row["kind"] for row in rows if not row["fulfilled"]))

    def _word(self, group: str, key: str, **names: str) -> str:
        """A word with its gaps filled; what fills them is text, in which nothing is filled."""
        word = self._words.get(f"component.{DOMAIN}.{_CATEGORY}.routine_{group}.options.{key}", key)
        return word.format_map(names) if names else word


def cause_key(trigger: Trigger) -> str:
    """The key of the sentence that says what triggered."""
    for flag in FLAGS:
        if hasattr(trigger, flag):
            return f"{trigger.kind}_{YES if getattr(trigger, flag) else NO}"
    match trigger:
        case Crossing(above=above):
            return f"{trigger.kind}_{'below' if above is None else 'above'}"
        case Moving(event=event) | Night(event=event) | Alarmed(event=event):
            return f"{trigger.kind}_{event}"
    return trigger.kind


def _titles(trigger: Trigger, entry: ConfigEntry[Any]) -> dict[str, str]:
    room, zone, sleeper = (getattr(trigger, key, "") for key in ("room", "zone", "sleeper"))
    names = {"room": room, "zone": zone, "sleeper": sleeper, "node": getattr(trigger, "node", "")}
    for each in room_subentries(entry) if room else ():
        if each.data[CONF_ROOM] == room:
            names["room"] = each.title
            zones = {row["id"]: row[CONF_NAME] for row in each.data[CONF_ZONES]}
            names["zone"] = zones.get(zone, zone)
    for each in sleeper_subentries(entry) if sleeper else ():
        if each.data[CONF_SLEEPER] == sleeper:
            names["sleeper"] = each.title
    return names


def _time(seconds: float) -> str:
    """So many seconds as people say it; the units are the same in every language."""
    for length, unit in ((3600, "h"), (60, "min")):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"
