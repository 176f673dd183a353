"""From the broker's delivery of a message to the action that Home Assistant calls.

A sensor says that somebody is there, and a light is to be switched on: by a routine of Halcyon,
by the blueprint of motion lights, and by a plain automation that listens to the topic itself. The
same bytes go to each in turn, in the same Home Assistant, at rest and while sixteen other rooms
stream at full rate, and each makes the same call of `light.turn_on`. Delivery is when Home
Assistant's MQTT client read the message, the end is when the call was fired; both are noted
inside, by one clock.
HALCYON_BENCH_FLIPS says how often each, 300 by default.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
import random
from typing import Any

import aiomqtt

from benchmarks.halls import greetings, sample, topic_of
from benchmarks.home import Home, occupancy_of, playing, publish, running, say
from benchmarks.house import Family
from benchmarks.latency import FLIPS, PAUSE, SEED, Line, since_delivery
from benchmarks.report import Better, Result
from benchmarks.samples import percentile
from halcyon.core.message import Message
from stage.client import Client
from stage.hass import ROOT

ROUTINE, BLUEPRINT, PLAIN = "routine", "blueprint", "plain"
KINDS = (ROUTINE, BLUEPRINT, PLAIN)
HALLS = 16
"""Rooms of each kind, so that each is empty again when its turn comes."""

MOST_MS = 50.0
MOST_RATIO = 1.5
"""What a person who walks in does not notice, and what may be added to Home Assistant's own."""

_EMPTY_S = 120.0
"""The longest time for which a room is held that a sensor calls empty, with much to spare."""

_TURN_ON = "light.turn_on"
_FILE = "blueprints/automation/halcyon/motion_lights.yaml"

_LAMPS = """\
mqtt:
  light:
"""
_LAMP = """\
    - name: {lamp}
      command_topic: {lamp}/set
"""
_BLUEPRINT = """\
  - alias: {hall}
    use_blueprint:
      path: halcyon/motion_lights.yaml
      input:
        motion: event.{slug}_motion
        presence: [binary_sensor.{slug}_occupancy]
        lights: [light.{slug}]
        wait: 0
        # No night, so that the brightness is the same at every hour.
        night_from: "00:00:00"
        night_to: "00:00:00"
"""
_PLAIN = """\
  - alias: {hall}
    triggers:
      - trigger: mqtt
        topic: {topic}
        value_template: "{{{{ value_json.presence }}}}"
        payload: "True"
    actions:
      - action: light.turn_on
        target:
          entity_id: light.{slug}
        data:
          brightness_pct: 100
          transition: 1
"""


def measure() -> Iterable[Result]:
    """The median and the 99th percentile of each, at rest and while rooms stream."""
    for when, taken in asyncio.run(_measure()).items():
        yield from judge(when, taken)


def judge(when: str, taken: Mapping[str, Sequence[float]]) -> Iterator[Result]:
    """The figures of what each kind has `taken`, in seconds."""
    if missing := [kind for kind in KINDS if not taken[kind]]:
        raise RuntimeError(f"nothing was switched {when} by {' and by '.join(missing)}")
    plain = taken[PLAIN]
    for kind in (ROUTINE, BLUEPRINT):
        ours = taken[kind]
        note = f"{len(ours)} and {len(plain)} calls; worst {1e3 * max(ours):.1f} ms"
        for name, percent in (("median", 50.0), ("99th percentile", 99.0)):
            yield Result(
                name=f"packet to action by a {kind} {when}, {name}",
                value=1e3 * percentile(ours, percent),
                unit="ms",
                target=MOST_RATIO,
                better=Better.LOWER,
                peer="an automation with an MQTT trigger",
                peer_value=1e3 * percentile(plain, percent),
                bounds_ratio=True,
                note=note,
            )
        yield Result(
            name=f"packet to action by a {kind} {when}, 99th percentile alone",
            value=1e3 * percentile(ours, 99.0),
            unit="ms",
            target=MOST_MS,
            better=Better.LOWER,
            peer="",
            note=note,
        )


def hall_of(kind: str, number: int) -> str:
    """A room in which lights are switched in one of the ways."""
    return f"{kind}-{number}"


def slug_of(hall: str) -> str:
    """What a room is called in the ids of entities."""
    return hall.replace("-", "_")


def configuration() -> str:
    """Home Assistant's part: a lamp for every room, and the automations that are not ours."""
    halls = [hall_of(kind, number) for number in range(HALLS) for kind in KINDS]
    text = _LAMPS + "".join(_LAMP.format(lamp=slug_of(hall)) for hall in halls) + "automation:\n"
    for hall in halls:
        for kind, automation in ((BLUEPRINT, _BLUEPRINT), (PLAIN, _PLAIN)):
            if hall.startswith(kind):
                text += automation.format(hall=hall, slug=slug_of(hall), topic=topic_of(hall))
    return text


async def _measure() -> dict[str, dict[str, list[float]]]:
    # Twice what the messages take, because the streams must not end before them.
    family = Family(SEED, 120.0 + 12.0 * FLIPS * PAUSE, occupied=True, bed="mr60bha2")
    ours = [hall_of(kind, number) for number in range(HALLS) for kind in (ROUTINE, BLUEPRINT)]
    measured: dict[str, dict[str, list[float]]] = {}
    async with running(
        family, configuration(), greetings(ours, boot=1), {_FILE: ROOT / _FILE}
    ) as home:
        await _arm(home)
        await _add_routines(home)
        for when in ("at rest", "while 16 rooms stream"):
            async with AsyncExitStack() as stack:
                if when != "at rest":
                    await stack.enter_async_context(playing(home))
                    await asyncio.sleep(30.0)
                say(f"{FLIPS} messages each, {when}")
                noted = await _flip(home, ours)
            measured[when] = {
                kind: actions(noted, [_line(hall_of(kind, n)) for n in range(HALLS)])
                for kind in KINDS
            }
    return measured


def actions(noted: Mapping[str, Any], lines: Iterable[Line]) -> list[float]:
    """Seconds from each message to the call that followed it; `noted` is what the probe told."""
    called = [(entity, t) for entity, action, t in noted["called"] if action == _TURN_ON]
    return since_delivery(noted["delivered"], called, lines)


def _line(hall: str) -> Line:
    return Line(topic_of(hall), f"light.{slug_of(hall)}")


async def _arm(home: Home) -> None:
    """Let the plain automations listen: at the first start there was no broker yet."""
    async with home.hass.client() as client:
        for number in range(HALLS):
            automation = f"automation.{slug_of(hall_of(PLAIN, number))}"
            await client.act("automation.turn_off", automation)
            await client.act("automation.turn_on", automation)


async def _add_routines(home: Home) -> None:
    """Make the routines in their form, as a person does."""
    async with home.hass.client() as client:
        (entry,) = await client.entries("halcyon")
        for number in range(HALLS):
            await _add_routine(client, entry["entry_id"], hall_of(ROUTINE, number))
            if number % 4 == 0:
                say(f"{number + 1} of {HALLS} routines made")


async def _add_routine(client: Client, entry_id: str, hall: str) -> None:
    step = await client.start_subentry_flow(entry_id, "routine")
    step = await client.answer_subentry_flow(step, name=hall, kinds=["occupancy"])
    step = await client.answer_subentry_flow(step, rooms=[hall])
    step = await client.answer_subentry_flow(step)
    light = {
        "action": _TURN_ON,
        "target": {"entity_id": f"light.{slug_of(hall)}"},
        "data": {"brightness_pct": 100, "transition": 1},
    }
    made = await client.answer_subentry_flow(step, sequence=[light], behaviour={"mode": "single"})
    if made["type"] != "create_entry":
        raise RuntimeError(f"the routine of {hall} could not be made: {made}")


async def _flip(home: Home, ours: Sequence[str]) -> dict[str, Any]:
    """Tell each kind in turn that somebody comes and goes, FLIPS times each."""
    rng = random.Random()
    boot = rng.getrandbits(32)
    nobody = [Message(topic_of(hall), sample(boot, 0, there=False), 0.0) for hall in ours]
    await publish(home, [*greetings(ours, boot), *nobody])
    lines = [_line(hall_of(kind, number)) for number in range(HALLS) for kind in KINDS]
    async with (
        home.hass.client() as client,
        aiomqtt.Client(home.broker.host, home.broker.port) as link,
    ):
        # Who was never seen away does not come.
        await client.wait_for(
            lambda states: all(states[occupancy_of(hall)].state == "off" for hall in ours),
            "all rooms being empty",
            _EMPTY_S,
        )
        await client.ask(
            "probe/edges/start",
            topics=[line.topic for line in lines],
            entities=[line.entity for line in lines],
        )
        for count in range(FLIPS):
            for kind in KINDS:
                topic = topic_of(hall_of(kind, count % HALLS))
                for place, there in enumerate((True, False)):
                    await link.publish(topic, sample(boot, 1 + 2 * count + place, there=there))
                    await asyncio.sleep(rng.uniform(0.0, 2 * PAUSE))
        noted: dict[str, Any] = await client.ask("probe/edges/stop")
    return noted
