"""An alarm in the demo's home, as a person sets it up: in a form, and for soon."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
import math
import time
from zoneinfo import ZoneInfo

from .client import Client, Members
from .follow import Finding
from .home import key_of, shown
from .process import StageError

_SOON_S = 75.0
"""Far enough ahead that the node is tested a minute before, as every ringer is."""

_PATIENCE_S = 30.0
_PROMPT_S = 2.0
"""What a node may be late and Home Assistant may take to show it."""

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One sleeper's alarm: what they are called, and its entities by what they show."""

    sleeper: str
    entities: dict[str, str]


async def give_alarm(client: Client, site: str, node: str, action: Sequence[Members] = ()) -> Alarm:
    """Let a node wake the first sleeper of a site, by the form in which a person says so.

    With `action` Home Assistant's own ringer, where the node does not ring.
    """
    entry = await client.site(site)
    if entry is None:
        raise StageError(f"Home Assistant has no site {site}")
    parts = await client.ask("config_entries/subentries/list", entry_id=entry)
    sleeper = next(each for each in parts if each["subentry_type"] == "sleeper")
    step = await _form(client, entry, sleeper["subentry_id"])
    done = await client.answer_subentry_flow(
        step,
        week={},
        ring_nodes=[node],
        **({"action": list(action)} if action else {}),
        waking={"window_min": 0, "patience": "balanced", "snooze_min": 9},
        sounding={"sound": "bell", "volume": 30},
    )
    if done.get("reason") != "reconfigure_successful":
        raise StageError(f"{sleeper['title']} could not be given an alarm: {done}")
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            entities = await client.ask("config/entity_registry/list")
            own = {key_of(each): each["entity_id"] for each in shown(entities, f"{entry}_sleeper_")}
            if "armed" in own:
                return Alarm(sleeper["title"], own)
            await asyncio.sleep(0.5)


async def wake(client: Client, alarm: Alarm) -> list[Finding]:
    """Set it for soon, wait until it rings, dismiss it; whether that is as it should be."""
    zone = ZoneInfo((await client.ask("get_config"))["time_zone"])
    at = math.ceil((time.time() + _SOON_S) / 60) * 60
    clock = f"{datetime.fromtimestamp(at, zone):%H:%M}"
    state = alarm.entities["alarm"]
    await client.act("halcyon.set_alarm", state, time=clock)
    await client.wait_for(
        lambda states: states[state].attributes.get("rings_by_itself") is True,
        f"a node holding the alarm of {alarm.sleeper}",
        _PATIENCE_S,
    )
    await client.wait_for_state(state, "ringing", at - time.time() + _PATIENCE_S)
    late = client.states[state].changed - at
    await client.act("button.press", alarm.entities["dismiss"])
    await client.wait_for(
        lambda states: states[state].state != "ringing", "the end of the alarm", _PATIENCE_S
    )
    events = client.states[alarm.entities["alarm_clock"]].attributes.get("event_type", _UNKNOWN)
    return [
        Finding(
            alarm.sleeper,
            "alarm",
            f"rings at {clock} within {_PROMPT_S:g} s",
            f"{late:+.1f} s",
            abs(late) <= _PROMPT_S,
        ),
        Finding(
            alarm.sleeper, "alarm clock", "alert_dismiss", str(events), events == "alert_dismiss"
        ),
    ]


async def _form(client: Client, entry: str, sleeper: str) -> Members:
    """The form of an alarm, once it offers a node that rings: nodes are heard of within seconds."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            step = await client.change_subentry(entry, "sleeper", sleeper)
            step = await client.answer_subentry_flow(step, next_step_id="alarm")
            if any(field["name"] == "ring_nodes" for field in step["data_schema"]):
                return step
            await client.end_subentry_flow(step)
            await asyncio.sleep(1.0)
