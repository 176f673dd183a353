"""What a routine does: actions as people choose them, read as a script that Home Assistant runs."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from homeassistant.const import (
    CONF_ACTION,
    CONF_CHOOSE,
    CONF_CONTINUE_ON_ERROR,
    CONF_DEFAULT,
    CONF_ELSE,
    CONF_PARALLEL,
    CONF_REPEAT,
    CONF_SEQUENCE,
    CONF_THEN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import async_validate_actions_config
import voluptuous as vol

type Action = dict[str, Any]


class ActionsError(ValueError):
    """Actions that cannot run; the message is Home Assistant's own, for a person to read."""


async def async_check_actions(hass: HomeAssistant, chosen: Sequence[Any]) -> list[Action]:
    """Actions as any script takes them; raises ActionsError."""
    try:
        read: list[Action] = cv.SCRIPT_SCHEMA(deepcopy(list(chosen)))
        return await async_validate_actions_config(hass, read)
    except (vol.Invalid, HomeAssistantError, ValueError, TypeError) as error:
        raise ActionsError(str(error)) from error


async def async_read_actions(hass: HomeAssistant, chosen: Sequence[Any]) -> list[Action]:
    """Actions as the script of a routine takes them; raises ActionsError.

    An action that fails is noted and those after it run all the same, unless a person has said
    of the action whether to go on: a light that is gone should not keep the alarm from ringing.
    """
    read = await async_check_actions(hass, chosen)
    for action in _every(read):
        action.setdefault(CONF_CONTINUE_ON_ERROR, True)
    return read


def unknown_actions(hass: HomeAssistant, read: Sequence[Action]) -> list[str]:
    """The names of read actions that this Home Assistant lacks; templates are not looked at."""
    named = (action.get(CONF_ACTION) for action in _every(read))
    return sorted(
        {
            name
            for name in named
            if isinstance(name, str) and not hass.services.has_service(*name.split(".", 1))
        }
    )


def _every(actions: Sequence[Action]) -> Iterator[Action]:
    """All actions, with those inside of others."""
    for action in actions:
        yield action
        for inner in _inside(action):
            yield from _every(inner)


def _inside(action: Mapping[str, Any]) -> Iterator[Sequence[Action]]:
    for key in (CONF_THEN, CONF_ELSE, CONF_DEFAULT, CONF_SEQUENCE):
        if key in action:
            yield action[key]
    for choice in (*action.get(CONF_CHOOSE, ()), *action.get(CONF_PARALLEL, ())):
        yield choice[CONF_SEQUENCE]
    if CONF_REPEAT in action:
        yield action[CONF_REPEAT][CONF_SEQUENCE]
