"""From the broker's delivery of a message to the state of an entity, beside a peer.

A sensor says that somebody is there, and that nobody is. The same bytes go, in turn, to a node
of a Halcyon room, whose occupancy follows, and to a topic of Home Assistant's own MQTT binary
sensor with a value template, in the same Home Assistant. Delivery is when Home Assistant's MQTT
client read the message, the end is when the state machine fired the change; both are noted
inside, by one clock. Only "on" counts, because a room is held for seconds after the last sign.
Once at rest, and once while sixteen other rooms stream at full rate. HALCYON_BENCH_FLIPS says
how often, 300 by default.
"""

import asyncio
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
import os
import random
from typing import Any

import aiomqtt

from benchmarks.halls import greetings, sample, topic_of
from benchmarks.home import Home, occupancy_of, playing, publish, running, say
from benchmarks.house import Family
from benchmarks.report import Better, Result
from benchmarks.samples import percentile

FLIPS = int(os.environ.get("HALCYON_BENCH_FLIPS", "300"))
SEED = 7
HALLS = [f"hall-{number}" for number in range(16)]

PAUSE = 0.3
"""Mean seconds from one message to the next; random, so that it meets every phase of the rest. A
room's turn comes after four for each of the HALLS, when it is no longer held."""

PATIENCE = 1.0
"""Seconds after which what happened no longer belongs to a message."""

_PEER = """\
mqtt:
  binary_sensor:
"""
_PEER_SENSOR = """\
    - name: peer {number}
      state_topic: peer/{number}
      device_class: occupancy
      value_template: "{{{{ value_json.presence }}}}"
      payload_on: "True"
      payload_off: "False"
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A topic and the entity whose state follows it."""

    topic: str
    entity: str


def measure() -> Iterable[Result]:
    """The median and the 99th percentile, at rest and while rooms stream."""
    for when, (ours, peers) in asyncio.run(_measure()).items():
        yield from judge(when, ours, peers)


def judge(when: str, ours: Sequence[float], peers: Sequence[float]) -> Iterable[Result]:
    """The figures of latencies in seconds."""
    for name, percent, target in (("median", 50.0, 1.5), ("99th percentile", 99.0, 2.0)):
        yield Result(
            name=f"latency {when}, {name}",
            value=1e3 * percentile(ours, percent),
            unit="ms",
            target=target,
            better=Better.LOWER,
            peer="Home Assistant's MQTT binary sensor",
            peer_value=1e3 * percentile(peers, percent),
            bounds_ratio=True,
            note=f"{len(ours)} and {len(peers)} messages; "
            f"worst {1e3 * max(ours):.1f} and {1e3 * max(peers):.1f} ms",
        )


def latencies(noted: dict[str, Any], lines: Iterable[Line]) -> list[float]:
    """Seconds from each message that switched an entity on to the state that followed it.

    `noted` is what the probe told.
    """
    switched = [(entity, t) for entity, state, t in noted["written"] if state == "on"]
    return since_delivery(noted["delivered"], switched, lines)


def since_delivery(
    delivered: Iterable[tuple[str, float]],
    happened: Iterable[tuple[str, float]],
    lines: Iterable[Line],
) -> list[float]:
    """Seconds from each message (topic, time) to what happened to its entity (entity, time).

    What happened without a message shortly before it, and a message after which nothing happened,
    are left out.
    """
    times: defaultdict[str, list[float]] = defaultdict(list)
    for topic, t in delivered:
        times[topic].append(t)
    topics = {line.entity: line.topic for line in lines}
    found: list[float] = []
    for entity, t in happened:
        if entity not in topics:
            continue
        before = times[topics[entity]]
        place = bisect_left(before, t) - 1
        if place >= 0 and t - before[place] < PATIENCE:
            found.append(t - before[place])
    return found


async def _measure() -> dict[str, tuple[list[float], list[float]]]:
    sensors = "".join(_PEER_SENSOR.format(number=number) for number in range(len(HALLS)))
    # Twice what the messages take, because the streams must not end before them.
    family = Family(SEED, 120.0 + 8.0 * FLIPS * PAUSE, occupied=True, bed="mr60bha2")
    measured: dict[str, tuple[list[float], list[float]]] = {}
    async with running(family, _PEER + sensors, greetings(HALLS, boot=1)) as home:
        ours = [Line(topic_of(hall), occupancy_of(hall)) for hall in HALLS]
        peers = [Line(f"peer/{n}", f"binary_sensor.peer_{n}") for n in range(len(HALLS))]
        for when in ("at rest", "while 16 rooms stream"):
            async with AsyncExitStack() as stack:
                if when != "at rest":
                    await stack.enter_async_context(playing(home))
                    await asyncio.sleep(30.0)
                say(f"{FLIPS} messages each, {when}")
                noted = await _flip(home, ours, peers)
            measured[when] = latencies(noted, ours), latencies(noted, peers)
    return measured


async def _flip(home: Home, ours: Sequence[Line], peers: Sequence[Line]) -> dict[str, Any]:
    """Switch each line on and off again, ours and the peer's in turn, FLIPS times each."""
    rng = random.Random()
    lines = [*ours, *peers]
    boot = rng.getrandbits(32)
    await publish(home, greetings(HALLS, boot))
    async with (
        home.hass.client() as client,
        aiomqtt.Client(home.broker.host, home.broker.port) as link,
    ):
        await client.ask(
            "probe/edges/start",
            topics=[line.topic for line in lines],
            entities=[line.entity for line in lines],
        )
        for count in range(FLIPS):
            for line in (ours[count % len(HALLS)], peers[count % len(HALLS)]):
                for place, there in enumerate((True, False)):
                    await link.publish(line.topic, sample(boot, 2 * count + place, there=there))
                    await asyncio.sleep(rng.uniform(0.0, 2 * PAUSE))
        noted: dict[str, Any] = await client.ask("probe/edges/stop")
    return noted
