"""The routines of a site: the engine says when they run, and here their actions do."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.issue_registry import IssueSeverity
from homeassistant.helpers.start import async_at_started

from ..const import (
    ATTR_SAYS,
    CONF_ROUTINE,
    DOMAIN,
    EVENT_ROUTINE_RAN,
    EVENT_ROUTINE_TROUBLED,
)
from ..engine.core.output import Output, RoutineEvent, RoutineRun
from ..engine.core.snapshot import Json
from ..engine.decide.routines.routine import routine_from_json
from ..feed import Feed
from ..issues import Finding
from ..shown import ROUTINE, Change, Key
from ..subject import routine_subject
from ..values import Values
from .runner import Ending, RoutineRunner
from .subentries import Problem, RoutineConfig, routine_problem
from .surroundings import Surroundings
from .words import RoutineWords, async_routine_words

_DONE, _RUN = "routine_done", "routine_run"
"""What the engine is told: that a run is over, and that a person wants one."""


_LOGGER = logging.getLogger(__name__)


class RoutineHost:
    """Runs routines, and remembers how each ended last.

    `feed` takes what the engine is told, and `save` keeps what it knows; `disabled` are those that
    people switched off.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        values: Values,
        feed: Feed,
        save: Callable[[], None],
    ) -> None:
        self.routines: dict[str, RoutineConfig] = {}
        self.disabled: set[str] = set()
        self._hass = hass
        self._entry = entry
        self._values = values
        self._feed = feed
        self._save = save
        self._surroundings = Surroundings(hass, feed.async_tell)
        self._words: RoutineWords | None = None
        self._runners: dict[str, RoutineRunner] = {}
        # The run that ended last, and how.
        self._endings: dict[str, tuple[str, Ending]] = {}
        self._held: list[Output] = []
        self._awaiting: list[Callable[[RoutineConfig], None]] = []
        self._cancel: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self) -> None:
        """Run what is to run, as soon as all that actions name can be there."""
        self._follow()
        self._cancel.append(async_at_started(self._hass, self._async_home_started))

    async def async_stop(self) -> None:
        """End all runs."""
        while self._cancel:
            self._cancel.pop()()
        self._surroundings.async_stop()
        for runner in self._runners.values():
            await runner.async_unload()
        self._runners.clear()
        self._words = None

    async def async_configure(self, routines: Iterable[RoutineConfig]) -> None:
        """Take up the routines as they are now; one that was changed ends its runs."""
        before, self.routines = self.routines, {each.id: each for each in routines}
        self.disabled &= self.routines.keys()
        for name in [*self._runners]:
            if self.routines.get(name) != before[name]:
                await self._runners.pop(name).async_unload()
                self._endings.pop(name, None)
        if self._words is not None:
            self._words.forget_names()
            self._follow()
            await self._async_load()
        for name, routine in self.routines.items():
            self._show(name)
            if name not in before:
                for add in self._awaiting:
                    add(routine)

    @callback
    def async_each(self, add: Callable[[RoutineConfig], None]) -> CALLBACK_TYPE:
        """Call `add` for every routine, and for each that is made from now on."""
        self._awaiting.append(add)
        for routine in self.routines.values():
            add(routine)
        return lambda: self._awaiting.remove(add)

    @callback
    def async_enable(self, name: str, *, on: bool) -> None:
        """Let a routine run, or not."""
        (self.disabled.discard if on else self.disabled.add)(name)
        self._show(name)

    @callback
    def async_run(self, name: str) -> None:
        """Run a routine now, whatever its conditions; raises ServiceValidationError."""
        if name in self.disabled:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="routine_disabled",
                translation_placeholders={"routine": self.routines[name].title},
            )
        self._feed.async_intent(_RUN, routine=name)

    @callback
    def async_take(self, outputs: Iterable[Output]) -> None:
        """Do what the engine says of runs."""
        if self._words is None:
            self._held += outputs
            return
        for output in outputs:
            fact = output.fact
            # A service has routines of its own, and tells of these too.
            if isinstance(fact, RoutineRun) and fact.routine in self._runners:
                self._take(fact, self._runners[fact.routine], self._words)

    def _take(self, fact: RoutineRun, runner: RoutineRunner, words: RoutineWords) -> None:
        begin = partial(self._entry.async_create_background_task, self._hass)
        match fact.event:
            case RoutineEvent.STARTED:
                says = words.say(fact.event, fact.why, self._entry)
                begin(self._async_run(fact, runner, says), f"{DOMAIN} runs {fact.routine}")
                # After a crash the engine would tell of a time once more that it had not kept.
                self._save()
            case RoutineEvent.STOPPED:
                begin(runner.async_stop(), f"{DOMAIN} stops {fact.routine}")
            case RoutineEvent.SKIPPED:
                says = words.say(fact.event, fact.why, self._entry, fact.reason)
                _LOGGER.debug("%s %s", runner.routine.title, says)

    def findings(self) -> Iterator[Finding]:
        """The routines that cannot run."""
        for name, routine in self.routines.items():
            problem = routine_problem(self._entry, routine)
            if problem is None and (runner := self._runners.get(name)) and runner.problem:
                problem = Problem("broken", runner.problem)
            if problem is None:
                continue
            title, detail = routine.title, problem.detail
            if problem.key == "orphaned":
                yield Finding("routine_orphaned", title, detail=detail)
            else:
                yield Finding("routine_broken", title, IssueSeverity.ERROR, detail)

    def explain(self, name: str, explained: Json) -> Json:
        """What the engine explains of a routine, in words, and what became of its actions."""
        told: dict[str, Json] = {**explained} if isinstance(explained, dict) else {}
        for key, event in (("ran", RoutineEvent.STARTED), ("skipped", RoutineEvent.SKIPPED)):
            told[key] = self._put(name, event, told.get(key))
        runner = self._runners.get(name)
        problem = None if runner is None else runner.problem
        return {**told, "enabled": name not in self.disabled, "problem": problem}

    async def _async_home_started(self, _hass: HomeAssistant) -> None:
        self._words = await async_routine_words(self._hass)
        await self._async_load()
        held, self._held = self._held, []
        self.async_take(held)

    def _follow(self) -> None:
        """Tell what the conditions of routines look at."""
        routines = (
            routine_from_json(each.document)
            for each in self.routines.values()
            if routine_problem(self._entry, each) is None
        )
        self._surroundings.async_follow(routines)

    async def _async_load(self) -> None:
        for name, routine in self.routines.items():
            if name not in self._runners:
                self._runners[name] = runner = RoutineRunner(self._hass, routine)
                await runner.async_load()

    async def _async_run(self, fact: RoutineRun, runner: RoutineRunner, says: str) -> None:
        routine, context = runner.routine, Context()
        about = {
            ATTR_NAME: routine.title,
            ATTR_ENTITY_ID: self._entity(routine),
            CONF_ROUTINE: routine.id,
        }
        fire = partial(self._hass.bus.async_fire, context=context)
        fire(EVENT_ROUTINE_RAN, {**about, ATTR_SAYS: says})
        # Whatever somebody said is data there, and no template.
        variables = {
            "routine": {"id": routine.id, "name": routine.title},
            "trigger": {"kind": fact.trigger, "why": fact.why},
        }
        ending = await runner.async_run(variables, context)
        self._endings[routine.id] = fact.run, ending
        if ending.troubles and self._words is not None:
            said = self._words.troubled(dict.fromkeys(each.error for each in ending.troubles))
            fire(EVENT_ROUTINE_TROUBLED, {**about, ATTR_SAYS: said})
        self._feed.async_intent(_DONE, routine=routine.id, run=fact.run)

    def _entity(self, routine: RoutineConfig) -> str | None:
        unique = f"{routine_subject(self._entry.entry_id, routine).unique}{ROUTINE}"
        return er.async_get(self._hass).async_get_entity_id(Platform.SWITCH, DOMAIN, unique)

    def _put(self, name: str, event: RoutineEvent, row: Json) -> Json:
        """What the engine kept of a run, in words, and how the run ended."""
        if not isinstance(row, dict):
            return None
        told = {**row}
        if self._words is not None:
            reason = row.get("reason")
            why, said = row.get("why"), None if reason is None else str(reason)
            told["says"] = self._words.say(event, why, self._entry, said)
        known, ending = self._endings.get(name, (None, Ending("")))
        return told | ending.to_json() if known == row.get("run") else told

    def _show(self, name: str) -> None:
        self._values.show(Change(Key(ROUTINE, name, ROUTINE), name not in self.disabled))
