"""How a room is made and changed."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult

from ..const import (
    CONF_AREA,
    CONF_ENTITIES,
    CONF_NODES,
    CONF_PART,
    CONF_QUIET_MINUTES,
    CONF_SENSITIVITY,
    CONF_SOURCE,
    CONF_SOURCES,
    CONF_ZONES,
)
from ..engine.core.house import Sensitivity
from .areas import async_room_changed
from .form import RoomError, part_of, room_schema, sources_of, suggested_values, zones_of
from .subentries import async_unmount, new_room, room_subentries, room_title


class RoomFlow(ConfigSubentryFlow):
    """Make a room, or change one."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Make a room."""
        entry = self._get_entry()
        if user_input is None:
            return self._form("user", {CONF_SENSITIVITY: Sensitivity.MEDIUM})
        try:
            sources, zones = self._read(user_input, None)
        except RoomError as error:
            return self._form("user", user_input, error)
        room = new_room(
            self.hass,
            entry,
            user_input[CONF_AREA],
            part=part_of(user_input),
            sensitivity=user_input[CONF_SENSITIVITY],
            quiet_minutes=user_input[CONF_QUIET_MINUTES],
            sources=sources,
            zones=zones,
        )
        for source in sources:
            async_unmount(self.hass, entry, source[CONF_SOURCE])
        return self.async_create_entry(
            title=room["title"], data=room["data"], unique_id=room.get("unique_id")
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a room."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if user_input is None:
            return self._form("reconfigure", suggested_values(subentry.data))
        try:
            sources, zones = self._read(user_input, subentry)
        except RoomError as error:
            return self._form("reconfigure", user_input, error)
        for source in sources:
            async_unmount(self.hass, entry, source[CONF_SOURCE], but=subentry.subentry_id)
        area, part, old = user_input[CONF_AREA], part_of(user_input), subentry.title
        moved = area != subentry.data[CONF_AREA]
        title = room_title(self.hass, area, part, old)
        result = self.async_update_and_abort(
            entry,
            subentry,
            title=title,
            data_updates={
                CONF_AREA: area,
                CONF_PART: part,
                CONF_SENSITIVITY: user_input[CONF_SENSITIVITY],
                CONF_QUIET_MINUTES: user_input[CONF_QUIET_MINUTES],
                CONF_SOURCES: sources,
                CONF_ZONES: zones,
            },
        )
        async_room_changed(self.hass, entry, subentry, old, moved=moved)
        return result

    def _form(
        self, step: str, suggested: Mapping[str, Any], error: RoomError | None = None
    ) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(
                room_schema(self.hass, self._get_entry()), suggested
            ),
            errors={} if error is None else {error.field: error.key},
            description_placeholders={"what": "" if error is None else error.what},
        )

    def _read(
        self, given: Mapping[str, Any], subentry: ConfigSubentry | None
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The sources and zones that a form describes; raises RoomError."""
        for other in room_subentries(self._get_entry()):
            same = (other.data[CONF_AREA], other.data[CONF_PART].casefold())
            if other is not subentry and same == (given[CONF_AREA], part_of(given).casefold()):
                raise RoomError("room_exists", CONF_PART)
        if not given.get(CONF_NODES) and not given.get(CONF_ENTITIES):
            raise RoomError("nothing_senses")
        return sources_of(given), zones_of(given)
