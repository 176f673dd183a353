"""How a site comes into being: found on the broker, or made by hand."""

from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryData,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import voluptuous as vol

from .const import (
    CONF_AREA,
    CONF_BED,
    CONF_ROOM,
    CONF_SITE,
    CONF_SPEECH,
    DEFAULT_SITE,
    DOMAIN,
    SUBENTRY_ROOM,
    SUBENTRY_ROUTINE,
    SUBENTRY_SLEEPER,
)
from .discovery import Found, Gone, found_from_json, found_id, read_announcement
from .engine.core.message import is_id
from .migration import MINOR_VERSION
from .offers import async_has_place, async_withdraw, async_withdraw_first
from .options_flow import HalcyonOptionsFlow
from .room.flow import RoomFlow
from .room.form import AREA_SELECTOR
from .room.subentries import (
    async_mount,
    async_pick_area,
    new_room,
    new_source,
    room_of,
    room_subentries,
    subentry_of,
    suggest_area,
)
from .routine.flow import RoutineFlow
from .sleep.flow import SleeperFlow
from .sleep.subentries import new_sleeper, sleeper_configs

USER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_SITE): TextSelector(),
    }
)


class HalcyonConfigFlow(ConfigFlow, domain=DOMAIN):
    """One entry a site."""

    VERSION = 1
    MINOR_VERSION = MINOR_VERSION

    def __init__(self) -> None:
        self._found: Found
        self._area: str
        self._bed: bool

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> HalcyonOptionsFlow:
        return HalcyonOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        return {
            SUBENTRY_ROOM: RoomFlow,
            SUBENTRY_SLEEPER: SleeperFlow,
            SUBENTRY_ROUTINE: RoutineFlow,
        }

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Make a site by hand; its first room is asked for next."""
        errors: dict[str, str] = {}
        if user_input is not None:
            site = user_input[CONF_SITE]
            if is_id(site):
                await self.async_set_unique_id(site)
                self._abort_if_unique_id_configured()
                return self.async_create_entry(title=user_input[CONF_NAME], data={CONF_SITE: site})
            errors[CONF_SITE] = "invalid_site"
        suggested = user_input or {
            CONF_NAME: self.hass.config.location_name,
            CONF_SITE: DEFAULT_SITE,
        }
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(USER_SCHEMA, suggested),
            errors=errors,
        )

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        if self.source == SOURCE_USER:
            room = await self.hass.config_entries.subentries.async_init(
                (result["result"].entry_id, SUBENTRY_ROOM),
                context=SubentryFlowContext(source=SOURCE_USER),
            )
            result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, room["flow_id"])
        return result

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change what the site is called, here and on the broker."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            site = user_input[CONF_SITE]
            taken = self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, site)
            if not is_id(site):
                errors[CONF_SITE] = "invalid_site"
            elif taken not in (None, entry):
                errors[CONF_SITE] = "site_taken"
            else:
                return self.async_update_and_abort(
                    entry,
                    unique_id=site,
                    title=user_input[CONF_NAME],
                    data={**entry.data, CONF_SITE: site},
                )
        suggested = user_input or {CONF_NAME: entry.title, CONF_SITE: entry.data[CONF_SITE]}
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(USER_SCHEMA, suggested),
            errors=errors,
        )

    @override
    async def async_step_mqtt(self, discovery_info: MqttServiceInfo) -> ConfigFlowResult:
        """Take up the first node of a site that is not set up."""
        found = read_announcement(discovery_info.topic, discovery_info.payload)
        if isinstance(found, Gone):
            async_withdraw(self.hass, {found_id(found.site, found.node)})
            async_withdraw_first(self.hass, discovery_info.topic)
            return self.async_abort(reason="node_gone")
        if isinstance(found, str):
            return self.async_abort(reason=found)
        await self.async_set_unique_id(found.site)
        # The hub of a site that is set up offers its later nodes.
        self._abort_if_unique_id_configured()
        return await self._async_offer(found)

    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Take up a later node of a site that is set up."""
        found = found_from_json(discovery_info)
        await self.async_set_unique_id(found_id(found.site, found.node))
        self._abort_if_unique_id_configured()
        entry = self._entry(found.site)
        if entry is None or room_of(entry, found.node) is not None:
            return self.async_abort(reason="already_configured")
        return await self._async_offer(found)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Take up where the service of a site hears; it makes no site."""
        entry = self._entry(str(discovery_info.properties.get("site")))
        if entry is None:
            return self.async_abort(reason="not_our_service")
        address = f"{discovery_info.host}:{discovery_info.port}"
        if entry.data.get(CONF_SPEECH) != address:
            data = {**entry.data, CONF_SPEECH: address}
            self.hass.config_entries.async_update_entry(entry, data=data)
        return self.async_abort(reason="already_configured")

    async def _async_offer(self, found: Found) -> ConfigFlowResult:
        if not async_has_place(self.hass):
            return self.async_abort(reason="too_many_offers")
        self._found = found
        self.context["title_placeholders"] = {"name": found.label}
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the node hangs, the only thing that it cannot know."""
        found = self._found
        errors: dict[str, str] = {}
        if user_input is not None:
            area = async_pick_area(self.hass, user_input.get(CONF_AREA), found.room)
            if area is not None:
                self._area, self._bed = area, user_input.get(CONF_BED, False)
                return await self._async_place()
            errors[CONF_AREA] = "area_needed"
        schema: dict[vol.Marker, Any] = {
            vol.Optional(
                CONF_AREA, description={"suggested_value": suggest_area(self.hass, found.room)}
            ): AREA_SELECTOR
        }
        if found.can_watch_bed:
            schema[vol.Required(CONF_BED, default=True)] = BooleanSelector()
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema(schema),
            errors=errors,
            description_placeholders={"name": found.label, "room": found.wish},
            last_step=True,
        )

    async def _async_place(self) -> ConfigFlowResult:
        """Hang the node into the room of its area, or into a new one."""
        entry = self._entry(self._found.site)
        if entry is None:
            room = new_room(self.hass, None, self._area, sources=[self._source()])
            return self.async_create_entry(
                title=self._found.site.replace("-", " ").capitalize(),
                data={CONF_SITE: self._found.site},
                subentries=[room, *self._sleeper(None, room["title"])],
            )
        rooms = [each for each in room_subentries(entry) if each.data[CONF_AREA] == self._area]
        if len(rooms) > 1:
            return await self.async_step_choose_room()
        if rooms:
            return self._mount(entry, rooms[0])
        room = new_room(self.hass, entry, self._area, sources=[self._source()])
        self.hass.config_entries.async_add_subentry(entry, subentry_of(room))
        return self._added(entry, room["title"])

    async def async_step_choose_room(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the room in an area that has several."""
        entry = self._entry(self._found.site)
        if entry is None:
            return self.async_abort(reason="already_configured")
        rooms = {
            each.subentry_id: each
            for each in room_subentries(entry)
            if each.data[CONF_AREA] == self._area
        }
        if user_input is not None:
            return self._mount(entry, rooms[user_input[CONF_ROOM]])
        options = [SelectOptionDict(value=key, label=room.title) for key, room in rooms.items()]
        selector = SelectSelector(SelectSelectorConfig(options=options))
        return self.async_show_form(
            step_id="choose_room",
            data_schema=vol.Schema({vol.Required(CONF_ROOM): selector}),
            description_placeholders={"name": self._found.label},
        )

    def _mount(self, entry: ConfigEntry, room: ConfigSubentry) -> ConfigFlowResult:
        async_mount(self.hass, entry, room, self._source())
        return self._added(entry, room.title)

    def _added(self, entry: ConfigEntry, room: str) -> ConfigFlowResult:
        for sleeper in self._sleeper(entry, room):
            self.hass.config_entries.async_add_subentry(entry, subentry_of(sleeper))
        return self.async_abort(reason="node_added")

    def _sleeper(self, entry: ConfigEntry | None, room: str) -> list[ConfigSubentryData]:
        """Who sleeps in the bed that the node watches, to be named later."""
        node = self._found.node
        known = () if entry is None else sleeper_configs(entry)
        if not self._bed or any(sleeper.node == node for sleeper in known):
            return []
        return [new_sleeper(entry, f"{room} sleeper", node)]

    def _source(self) -> dict[str, Any]:
        return new_source(self._found.node)

    def _entry(self, site: str) -> ConfigEntry | None:
        return self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, site)
