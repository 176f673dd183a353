"""A lamp in the living room, and the routines that switch it, made by the form of a routine."""

from .client import Client, Members
from .follow import Pace
from .process import StageError

ROOM, LAMP = "living-room", "input_boolean.lamp"
CONFIGURATION = """\
input_boolean:
  lamp:
    name: Living room lamp
    icon: mdi:lamp
"""

FOLLOWS = Pace(on_within=2.0, off_within=90.0, holds=False)
"""On when somebody walks in; off when nothing has moved for the routine's time, which the engine
counts from some seconds after the last movement."""

_QUIET_S = 60

_ALWAYS: Members = {"time": {}, "place": {}, "sleep": {}, "modes": {}}


async def furnish(client: Client, site: str) -> None:
    """Make both routines of a site, as a person does; those that are there stay."""
    entry = await client.site(site)
    if entry is None:
        raise StageError(f"Home Assistant has no site {site}")
    parts = await client.ask("config_entries/subentries/list", entry_id=entry)
    known = {part["title"] for part in parts if part["subentry_type"] == "routine"}
    for name, kind, trigger, action in (
        (
            "Lamp on",
            "motion_event",
            {"rooms": [ROOM], "event": "started"},
            "input_boolean.turn_on",
        ),
        (
            "Lamp off",
            "motion",
            {"rooms": [ROOM], "detected": "no", "for": {"seconds": _QUIET_S}},
            "input_boolean.turn_off",
        ),
    ):
        if name not in known:
            await _make(client, entry, name, kind, trigger, action)


async def _make(
    client: Client, entry_id: str, name: str, kind: str, trigger: Members, action: str
) -> None:
    step = await client.start_subentry_flow(entry_id, "routine")
    for answers in (
        {"name": name, "kinds": [kind]},
        trigger,
        _ALWAYS,
        {
            "sequence": [{"action": action, "target": {"entity_id": LAMP}}],
            "behaviour": {"mode": "single"},
        },
    ):
        if step["type"] != "form" or step["errors"]:
            break
        step = await client.answer_subentry_flow(step, **answers)
    if step["type"] != "create_entry":
        raise StageError(f"the routine {name} could not be made: {step}")
