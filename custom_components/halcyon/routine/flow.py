"""How a routine is made and changed, in steps: what triggers it, what must be so, what it does."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_MODE, CONF_NAME, CONF_SEQUENCE
from homeassistant.util.yaml import dump as yaml_dump
import voluptuous as vol

from ..const import CONF_RULE
from ..engine.core.snapshot import Json
from ..engine.decide.routines.routine import Routine, RoutineError, routine_from_json
from .actions import ActionsError, async_read_actions, unknown_actions
from .automation import automation_of
from .conditions import condition_answers, conditions_of
from .form import (
    CONF_BEHAVIOUR,
    CONF_COOLDOWN,
    CONF_KINDS,
    CONF_YAML,
    actions_schema,
    automation_schema,
    conditions_schema,
    name_schema,
    trigger_schema,
)
from .rule import (
    AnswerError,
    duration,
    kinds_in,
    seconds,
    trigger_answers,
    triggers_of,
)
from .subentries import new_routine, routine_config
from .words import async_routine_words


class RoutineFlow(ConfigSubentryFlow):
    """Make a routine, or change one."""

    def __init__(self) -> None:
        self._name = ""
        self._asked = ""
        self._kinds: list[str] = []
        self._triggers: list[dict[str, Json]] = []
        self._rule: dict[str, Json] = {}
        self._sequence: list[Any] = []

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Make a routine."""
        return await self._begin("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask whether to change a routine or to show it as an automation."""
        routine = routine_config(self._get_reconfigure_subentry())
        self._name, self._rule = routine.title, dict(routine.rule)
        self._sequence = list(routine.sequence)
        self._kinds = kinds_in(self._rule)
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["change", "automation"],
            description_placeholders={"name": self._name},
        )

    async def async_step_change(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a routine."""
        return await self._begin("change", user_input)

    async def async_step_automation(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show the routine as an automation, for whoever wants more than a routine can."""
        if user_input is not None:
            return self.async_abort(reason="automation_shown")
        routine = routine_config(self._get_reconfigure_subentry())
        made = automation_of(self.hass, self._get_entry(), routine)
        words = await async_routine_words(self.hass)
        return self.async_show_form(
            step_id="automation",
            data_schema=self.add_suggested_values_to_schema(
                automation_schema(), {CONF_YAML: yaml_dump(made.config)}
            ),
            description_placeholders={
                "name": routine.title,
                "left_out": words.left_out(sorted(made.left_out)),
            },
        )

    async def _begin(self, step: str, given: dict[str, Any] | None) -> SubentryFlowResult:
        """Ask what it is called, and what triggers it."""
        if given is None:
            return self._form(step, name_schema(), {CONF_NAME: self._name, CONF_KINDS: self._kinds})
        if not given[CONF_NAME].strip():
            return self._form(step, name_schema(), given, AnswerError("name_needed", CONF_NAME))
        if not given[CONF_KINDS]:
            return self._form(step, name_schema(), given, AnswerError("choose_one", CONF_KINDS))
        self._name, self._kinds = given[CONF_NAME].strip(), given[CONF_KINDS]
        return await self.async_step_trigger()

    async def async_step_trigger(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the fields of one kind of trigger after the other."""
        kind = self._kinds[len(kinds_in({"triggers": [*self._triggers]}))]
        schema = trigger_schema(self._get_entry(), kind)
        self._asked = (await async_routine_words(self.hass)).kind(kind)
        if user_input is None:
            return self._form("trigger", schema, trigger_answers(self._rule, kind))
        try:
            triggers = triggers_of(kind, user_input)
            _read({"triggers": [*self._triggers, *triggers]})
        except AnswerError as error:
            return self._form("trigger", schema, user_input, error)
        self._triggers += triggers
        if len(kinds_in({"triggers": [*self._triggers]})) < len(self._kinds):
            return await self.async_step_trigger()
        return await self.async_step_conditions()

    async def async_step_conditions(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what must be so when it is triggered."""
        if user_input is None:
            shown = condition_answers(_read(self._rule).conditions) if self._rule else {}
            return self._form("conditions", conditions_schema(self._get_entry(), shown), shown)
        try:
            conditions = conditions_of(user_input)
            rule: dict[str, Json] = {"triggers": [*self._triggers], "conditions": [*conditions]}
            _read(rule)
        except AnswerError as error:
            schema = conditions_schema(self._get_entry(), user_input)
            return self._form("conditions", schema, user_input, error)
        self._rule |= rule
        return await self.async_step_actions()

    async def async_step_actions(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what it does, and finish."""
        if user_input is None:
            routine = _read(self._rule)
            behaviour = {CONF_MODE: str(routine.mode), CONF_COOLDOWN: duration(routine.cooldown_s)}
            shown = {CONF_SEQUENCE: self._sequence, CONF_BEHAVIOUR: behaviour}
            return self._form("actions", actions_schema(), shown)
        sequence, behaviour = user_input[CONF_SEQUENCE], user_input[CONF_BEHAVIOUR]
        try:
            await self._check(sequence)
        except AnswerError as error:
            return self._form("actions", actions_schema(), user_input, error)
        self._rule |= {
            "mode": behaviour[CONF_MODE],
            "cooldown_s": seconds(behaviour.get(CONF_COOLDOWN, {})),
        }
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(),
                self._get_reconfigure_subentry(),
                title=self._name,
                data_updates={CONF_RULE: self._rule, CONF_SEQUENCE: sequence},
            )
        made = new_routine(self._get_entry(), self._name, self._rule, sequence)
        return self.async_create_entry(
            title=made["title"], data=made["data"], unique_id=made.get("unique_id")
        )

    async def _check(self, sequence: list[Any]) -> None:
        """See that actions can run; raises AnswerError."""
        try:
            read = await async_read_actions(self.hass, sequence)
        except ActionsError as error:
            raise AnswerError("action_broken", CONF_SEQUENCE, str(error)) from error
        if not read:
            raise AnswerError("action_needed", CONF_SEQUENCE)
        if unknown := unknown_actions(self.hass, read):
            raise AnswerError("action_unknown", CONF_SEQUENCE, ", ".join(unknown))

    def _form(
        self,
        step: str,
        schema: vol.Schema,
        suggested: Mapping[str, Any],
        error: AnswerError | None = None,
    ) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors={} if error is None else {error.field: error.key},
            description_placeholders={
                "kind": self._asked,
                "name": self._name,
                "what": "" if error is None else error.what,
            },
            last_step=step == "actions",
        )


def _read(rule: Mapping[str, Json]) -> Routine:
    """A rule as the engine takes it; raises AnswerError."""
    try:
        return routine_from_json({"id": "routine", "name": "Routine", **rule})
    except RoutineError as error:
        raise AnswerError("rule_invalid", what=str(error)) from error
