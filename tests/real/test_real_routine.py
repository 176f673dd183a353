"""A routine made through the API that the frontend uses, run by a packet, told by the logbook.

One of its lights is away and one of its actions fails, which is told as well.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from stage.broker import Broker
from stage.client import Client, Members
from stage.hass import Hass
from stage.node import Node

SWITCH = "switch.shed_bell_routine"
AWAY = "light.shed is unavailable"
REFUSED = "Choose a sleeper of Halcyon whose site is loaded, or an entity of one"
"""What goes wrong in its actions, after which the bell rings all the same."""

_PATIENCE_S = 15


async def make(home: Client, entry_id: str) -> Members:
    """Fill in the forms of a routine; what the last of them gave."""
    step = await home.start_subentry_flow(entry_id, "routine")
    forms: list[Members] = [
        {"name": "Shed bell", "kinds": ["occupancy"]},
        {"rooms": ["shed"]},
        {"time": {}, "place": {}, "sleep": {}, "modes": {}},
        {
            "sequence": [
                {"action": "light.turn_on", "target": {"entity_id": "light.shed"}},
                {"action": "halcyon.dismiss_alarm", "target": {"entity_id": SWITCH}},
                {"event": "bell", "event_data": {"by": "{{ routine.name }}"}},
            ],
            "behaviour": {"mode": "single"},
        },
    ]
    for answers in forms:
        assert step["type"] == "form", step
        step = await home.answer_subentry_flow(step, **answers)
    return step


async def told(home: Client, since: datetime) -> set[tuple[str, str]]:
    """What the logbook tells of the routine, once the recorder has written both."""
    found = set[tuple[str, str]]()
    for _ in range(_PATIENCE_S):
        rows = await home.ask(
            "logbook/get_events",
            start_time=since.isoformat(),
            end_time=(datetime.now(UTC) + timedelta(minutes=1)).isoformat(),
            entity_ids=[SWITCH],
        )
        found = {(row["name"], row["message"]) for row in rows if "message" in row}
        if len(found) == 2:
            return found
        await asyncio.sleep(1)
    return found


async def test_a_packet_runs_a_routine_and_the_logbook_says_why(
    hass: Hass, home: Client, broker: Broker
) -> None:
    began = datetime.now(UTC)
    async with Node(broker, "spade", room="shed", site="bells") as node:
        node.fields = {"presence": False}
        step = await home.wait_for_discovery("halcyon", "spade")
        await home.answer_flow(step)
        await home.wait_for_state("binary_sensor.shed_occupancy", "off")
        (entry,) = [each for each in await home.entries("halcyon") if each["title"] == "Bells"]
        made = await make(home, entry["entry_id"])
        assert made["type"] == "create_entry", made
        await home.wait_for_state(SWITCH, "on")

        async with home.events("subscribe_events", event_type="bell") as bells:
            node.fields = {"presence": True}
            async with asyncio.timeout(_PATIENCE_S):
                rung = await bells.get()
        assert rung["data"] == {"by": "Shed bell"}

        assert await told(home, began) == {
            ("Shed bell", "ran because Shed was occupied"),
            ("Shed bell", f"could not do everything: {AWAY}; {REFUSED}"),
        }
        answer = await home.ask(
            "call_service",
            domain="halcyon",
            service="explain",
            target={"entity_id": SWITCH},
            return_response=True,
        )
        ran = answer["response"]["Shed bell"]["ran"]
        assert [each["error"] for each in ran["troubles"]] == [AWAY, REFUSED]
        assert ran["ended"] == "finished"
        log = "".join(problem for problem in hass.problems() if "Shed bell" in problem)
        assert AWAY in log
        assert REFUSED in log
    await node.forget()
    await home.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
