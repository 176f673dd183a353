"""How a sleeper is made and changed."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.person import DOMAIN as PERSON
from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..alarm.config import CONF_ALARM
from ..alarm.flow import ALARM_STEPS, AlarmSteps
from ..const import (
    CONF_BED_FAR,
    CONF_BED_NEAR,
    CONF_NODE,
    CONF_PERSON,
    CONF_SIDE,
    CONF_SLEEPER,
)
from ..discovery import can_watch_bed
from ..engine.core.house import BED_WITHIN, Side
from ..hub import HalcyonConfigEntry
from ..room.areas import async_sleeper_renamed
from ..room.form import node_options
from .subentries import new_sleeper, sleeper_configs, sleeper_subentries

_OPTIONAL = frozenset({CONF_PERSON, CONF_SIDE, CONF_BED_NEAR, CONF_BED_FAR})

_UNKNOWN = {"near": "?", "far": "?"}


class SleeperFlow(AlarmSteps):
    """Make a sleeper, or change one and their alarm."""

    _found: Mapping[str, str] = _UNKNOWN

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Make a sleeper."""
        errors = {} if user_input is None else self._errors(user_input, None)
        if user_input is None or errors:
            return self._form("user", user_input or self._suggested(), errors)
        entry = self._get_entry()
        made = new_sleeper(
            entry, self._title(user_input), user_input[CONF_NODE], _settings(user_input)
        )
        return self.async_create_entry(
            title=made["title"], data=made["data"], unique_id=made.get("unique_id")
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what is to be changed."""
        has_alarm = CONF_ALARM in self._get_reconfigure_subentry().data
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["bed", "alarm", *(ALARM_STEPS if has_alarm else ())],
        )

    async def async_step_bed(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change who sleeps, and where."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if user_input is None:
            self._found = await self._find_bed(subentry.data[CONF_SLEEPER])
            return self._form("bed", {CONF_NAME: subentry.title, **subentry.data}, {})
        errors = self._errors(user_input, subentry)
        if errors:
            return self._form("bed", user_input, errors)
        old, title = subentry.title, self._title(user_input)
        kept = {k: v for k, v in subentry.data.items() if k not in _OPTIONAL}
        result = self.async_update_and_abort(
            entry,
            subentry,
            title=title,
            data={**kept, CONF_NODE: user_input[CONF_NODE], **_settings(user_input)},
        )
        async_sleeper_renamed(self.hass, entry, subentry, old)
        return result

    def _suggested(self) -> dict[str, str]:
        """The node that is most likely meant: one that sees breathing and that nobody has."""
        taken = {each.data[CONF_NODE] for each in sleeper_subentries(self._get_entry())}
        free = sorted(self._watchers() - taken)
        return {CONF_NODE: free[0]} if free else {}

    def _watchers(self) -> set[str]:
        """The nodes that say that they see breathing. Others may all the same."""
        entry: HalcyonConfigEntry = self._get_entry()
        loaded = entry.state is ConfigEntryState.LOADED
        announced = entry.runtime_data.monitor.announcements if loaded else {}
        return {node for node, said in announced.items() if can_watch_bed(said)}

    async def _find_bed(self, sleeper: str) -> dict[str, str]:
        """Where the engine has found the bed, for the text of the form."""
        entry: HalcyonConfigEntry = self._get_entry()
        rooms = (each.room for each in sleeper_configs(entry) if each.id == sleeper)
        room = next(rooms, None)
        if room is None or entry.state is not ConfigEntryState.LOADED:
            return _UNKNOWN
        hub = entry.runtime_data
        explained = await hub.async_explain(room) if hub.configurable else None
        rows = explained.get("sleepers") if isinstance(explained, dict) else None
        for row in rows if isinstance(rows, list) else []:
            match row:
                case {"sleeper": name, "bed": [near, far]} if name == sleeper:
                    return {"near": f"{near}", "far": f"{far}"}
        return _UNKNOWN

    def _errors(self, given: Mapping[str, Any], subentry: ConfigSubentry | None) -> dict[str, str]:
        """What cannot be, by field."""
        errors: dict[str, str] = {}
        if not given.get(CONF_NAME, "").strip() and CONF_PERSON not in given:
            errors[CONF_NAME] = "name_needed"
        if given.get(CONF_BED_NEAR, 0.0) >= given.get(CONF_BED_FAR, BED_WITHIN):
            errors[CONF_BED_FAR] = "bed_without_depth"
        others = (each for each in sleeper_subentries(self._get_entry()) if each is not subentry)
        if any(other.data[CONF_NODE] == given[CONF_NODE] for other in others):
            # A radar follows one breath.
            errors[CONF_NODE] = "node_taken"
        return errors

    def _title(self, given: Mapping[str, Any]) -> str:
        """What the sleeper is called: by the name given, else as the person."""
        name = str(given.get(CONF_NAME, "")).strip()
        person = self.hass.states.get(given.get(CONF_PERSON, ""))
        return name or (given[CONF_PERSON] if person is None else person.name)

    def _form(
        self, step: str, suggested: Mapping[str, Any], errors: dict[str, str]
    ) -> SubentryFlowResult:
        watchers = self._watchers()
        nodes = sorted(
            node_options(self._get_entry()),
            key=lambda node: (node["value"] not in watchers, node["label"]),
        )
        if not nodes:
            return self.async_abort(reason="no_nodes")
        metres = NumberSelector(
            NumberSelectorConfig(
                min=0,
                max=BED_WITHIN,
                step=0.05,
                mode=NumberSelectorMode.BOX,
                unit_of_measurement="m",
            )
        )
        schema = vol.Schema(
            {
                vol.Optional(CONF_PERSON): EntitySelector(EntitySelectorConfig(domain=PERSON)),
                vol.Optional(CONF_NAME): TextSelector(),
                vol.Required(CONF_NODE): SelectSelector(SelectSelectorConfig(options=nodes)),
                vol.Optional(CONF_SIDE): SelectSelector(
                    # In a short list a side could not be taken back.
                    SelectSelectorConfig(
                        options=[str(side) for side in Side],
                        translation_key=CONF_SIDE,
                        mode=SelectSelectorMode.DROPDOWN,
                    )
                ),
                vol.Optional(CONF_BED_NEAR): metres,
                vol.Optional(CONF_BED_FAR): metres,
            }
        )
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders=self._found,
        )


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key in _OPTIONAL}
