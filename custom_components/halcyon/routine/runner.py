"""A routine at work: its actions run as a script, and what became of that is remembered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import logging
from typing import Any

from homeassistant.const import CONF_SEQUENCE, STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceNotFound
from homeassistant.helpers.script import Script, script_stack_cv
from homeassistant.helpers.trace import script_execution_get, trace_get, trace_path
import voluptuous as vol

from ..const import DOMAIN
from ..engine.core.snapshot import Json
from .actions import ActionsError, async_read_actions
from .subentries import RoutineConfig

_LOGGER = logging.getLogger(__name__)

BROKEN, CANCELLED = "broken", "cancelled"
"""What an ending is called where there was nothing to run, and where it was ended from outside."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong in a run: where in the actions, as a trace names it, and what."""

    path: str
    error: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, as Home Assistant's traces name it, and what went wrong in it."""

    execution: str
    troubles: tuple[Trouble, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """For an explanation."""
        troubles: list[Json] = [{"at": each.path, "error": each.error} for each in self.troubles]
        return {"ended": self.execution, "troubles": troubles}


class RoutineRunner:
    """Runs the actions of one routine. `problem` says why they cannot run, None while they can."""

    def __init__(self, hass: HomeAssistant, routine: RoutineConfig) -> None:
        self.routine = routine
        self.problem: str | None = None
        self._hass = hass
        self._script: Script | None = None
        self._named: tuple[str, ...] = ()

    async def async_load(self) -> None:
        """Read the actions; those that cannot run are told of, and of nothing else."""
        try:
            actions = await async_read_actions(self._hass, self.routine.sequence)
        except ActionsError as error:
            self.problem = str(error)
            _LOGGER.warning("The actions of %s cannot run: %s", self.routine.title, self.problem)
            return
        self._script = Script(
            self._hass,
            actions,
            self.routine.title,
            DOMAIN,
            running_description="actions of a routine",
            # The engine says which runs there are; here each runs when it is told to.
            script_mode="parallel",
            logger=_LOGGER,
        )
        # To look for them takes longer than to look at them, and lights wait.
        self._named = tuple(sorted(self._script.referenced_entities))

    async def async_run(self, variables: Mapping[str, Any], context: Context) -> Ending:
        """Run the actions to their end; what fails is logged, and told with the ending."""
        script = self._script
        if script is None:
            return Ending(BROKEN, (Trouble("", self.problem or ""),))
        troubles = [*self._away()]
        for trouble in troubles:
            _LOGGER.warning("%s: %s", self.routine.title, trouble.error)
        trace = trace_get()
        # A routine may set off another one, and itself.
        script_stack_cv.set([])
        try:
            with trace_path(CONF_SEQUENCE):
                await script.async_run(dict(variables), context)
            self.problem = None
        except ServiceNotFound as error:
            # It was there when the routine was made, and nothing after it runs.
            self.problem = str(error)
        except (vol.Invalid, HomeAssistantError) as error:
            # The script has logged it, and where.
            _LOGGER.debug("The actions of %s ended early: %s", self.routine.title, error)
        except Exception:
            _LOGGER.exception("The actions of %s failed", self.routine.title)
        for path, elements in trace.items():
            said = (element.as_dict().get("error") for element in elements)
            troubles += [Trouble(path, str(error)) for error in said if error is not None]
        return Ending(script_execution_get() or CANCELLED, tuple(troubles))

    def _away(self) -> Iterator[Trouble]:
        """The entities that are named and are not there: actions pass over them in silence."""
        for entity_id in self._named:
            state = self._hass.states.get(entity_id)
            if state is None or state.state == STATE_UNAVAILABLE:
                yield Trouble("", f"{entity_id} is unavailable")

    async def async_stop(self) -> None:
        """End all runs."""
        if self._script is not None:
            await self._script.async_stop()

    async def async_unload(self) -> None:
        """End all runs, for good."""
        if self._script is not None:
            await self._script.async_unload()
