"""A night at sixty times its speed: what an engine elsewhere concludes of a simulated sleeper.

The node beside the bed is simulated byte for byte, and the engine steps through the whole night
ahead of time, as `halcyon replay` does. What it said is then told to Home Assistant as a service
on another machine tells it, sixty times as fast as it happened. The two weeks before are drawn
from the simulator's hypnograms alone, with neither radar nor engine; they are there so that the
night has something to be compared with.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import io
from itertools import groupby
import json
import math
from pathlib import Path
import time

import aiomqtt
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from halcyon.core.output import Environment, InBed, Output, SessionEvent, SleepSession
from halcyon.core.sleep import EPOCH_S, Stage
from halcyon.pipeline import Pipeline
from halcyon.sense.sleep.epoch import Breathing, Movement, SleepEpoch
from halcyon.sense.sleep.night import Night, NightEpoch
from halcyon.sense.sleep.report import report
from halcyon.simulate.nights import FAMILIES
from halcyon.simulate.scenario import Scenario, load_scenario
from halcyon.simulate.simulation import Simulation

from .broker import Broker
from .client import Client, State
from .dashboard import SleeperView
from .home import Home, confirm_discovery, key_of, shown
from .process import StageError

SPEED = 60.0

SLEEPER = "Clara"

_NOTE = (
    "Last night in the guest room, told sixty times as fast: node, room and sleeper are "
    "**simulated**, the engine is not. At its end the report follows."
)

_OCCUPANCY = "binary_sensor.guest_room_occupancy"

_FILE = Path(__file__).with_name("night.json")
_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S
_WEEKS = range(14, 0, -1)

_BEFORE_S = 300.0
_PATIENCE_S = 60.0

_SHORT_HOURS = 3.2
"""Of sleep, for a check: little more than the three that make a night."""

_AROUND_S = 3900.0
"""Before and after the sleep: an empty room, falling asleep, and half an hour after getting up."""

_BREATHS = {Stage.AWAKE: 15.5, Stage.LIGHT: 14.0, Stage.DEEP: 13.4, Stage.REM: 14.8}
_WOKE_S = 600.0
_SHORTEST = 10
"""Epochs, which are five minutes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A night that is ready to be told, and the nights before it."""

    scenario: Scenario
    announcements: dict[str, str]
    outputs: tuple[Output, ...]
    earlier: tuple[Output, ...]

    @property
    def seconds(self) -> float:
        """How long the telling takes."""
        return (self.outputs[-1].t - self.first) / SPEED

    @property
    def ended(self) -> float:
        """When the sleeper got up for good, unix seconds."""
        ends = [
            each.at
            for each in self.outputs
            if isinstance(each.fact, SleepSession) and each.fact.event is SessionEvent.ENDED
        ]
        return ends[-1]

    @property
    def first(self) -> float:
        """The host time from which on it is told at its speed: shortly before bedtime."""
        lain = (
            each.t for each in self.outputs if isinstance(each.fact, InBed) and each.fact.in_bed
        )
        return next(lain, self.outputs[0].t) - _BEFORE_S


def short_night() -> Scenario:
    """A night for a check: the sleeper tries to sleep at once, and sleeps little."""
    scenario = load_scenario(str(_FILE))
    (spec,) = scenario.nights
    spec = replace(spec, hours=_SHORT_HOURS, activity="lying", trips=0)
    seconds = _SHORT_HOURS * _HOUR_S + _AROUND_S
    return replace(scenario, nights=(spec,), duration=seconds)


def whole_night() -> Scenario:
    """A night for people to look at."""
    return load_scenario(str(_FILE))


async def prepare(scenario: Scenario, now: float) -> Prepared:
    """Step the engine through the last such night before now, in a process of its own."""
    with ProcessPoolExecutor(1) as elsewhere:
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(elsewhere, _prepare, scenario, now)
        except asyncio.CancelledError:
            # Whoever gave up, or failed elsewhere, is not to wait for the rest of a night.
            elsewhere.kill_workers()
            raise


def _prepare(scenario: Scenario, now: float) -> Prepared:
    days = math.floor((now - scenario.duration - scenario.hour * _HOUR_S) / _DAY_S)
    start = days * _DAY_S + scenario.hour * _HOUR_S
    pipeline, outputs, announcements = Pipeline(scenario.house), [], {}
    for message in Simulation(scenario, start, rounds=1).messages():
        if message.topic.endswith("/info"):
            announcements[message.topic] = message.payload.decode()
        outputs += [each for each in pipeline.receive(message) if isinstance(each, Output)]
    if not any(isinstance(each.fact, SleepSession) and each.fact.report for each in outputs):
        raise StageError("the engine stepped through a whole night and reported none")
    earlier = [_earlier(scenario, start - day * _DAY_S, day) for day in _WEEKS]
    return Prepared(scenario, announcements, tuple(outputs), tuple(earlier))


def _calm(stages: Sequence[Stage | None]) -> list[Stage | None]:
    """Without stays of a few minutes, as the engine tells a night when it looks back at it."""
    calm: list[Stage | None] = []
    for stage, run in groupby(stages):
        epochs = sum(1 for _ in run)
        calm += [stage if epochs >= _SHORTEST or not calm else calm[-1]] * epochs
    return calm


def _earlier(scenario: Scenario, start: float, seed: int) -> Output:
    """The report of a night that was drawn from hypnograms alone."""
    rng = np.random.default_rng((scenario.seed, seed))
    stages = _calm(FAMILIES["train"].hypnogram(rng, float(rng.uniform(6.2, 8.2))).stages)
    latency = round(float(rng.uniform(8, 40)))
    lain = (*[Stage.AWAKE] * latency, *stages, *[Stage.AWAKE] * round(_WOKE_S / EPOCH_S))
    air = Environment(round(float(rng.uniform(17.5, 21.0)), 1), 50.0, 0.0, None)
    rate = float(rng.normal(0.0, 0.3))
    end = start + len(lain) * EPOCH_S
    (room,) = scenario.house.rooms
    (sleeper,) = room.sleepers
    night = Night(
        scenario.house.site,
        room.id,
        sleeper.id,
        start,
        end,
        start,
        start + latency * EPOCH_S,
        end - _WOKE_S,
        tuple(
            NightEpoch(
                SleepEpoch(
                    start + number * EPOCH_S,
                    Breathing(_BREATHS[stage or Stage.LIGHT] + rate),
                    movement=Movement(0.3, 0.6) if stage is Stage.AWAKE else Movement(0.0, 0.0),
                ),
                in_bed=True,
                stage=stage,
                confidence=None,
                revised=stage,
                air=air,
            )
            for number, stage in enumerate(lain)
        ),
    )
    told = SleepSession(sleeper.id, SessionEvent.ENDED, report(night).to_json())
    return Output(end, end, scenario.house.site, room.id, told)


class Teller:
    """Tells a prepared night as the service does that computes a site, `speed` times as fast."""

    def __init__(self, prepared: Prepared, broker: Broker, speed: float = SPEED) -> None:
        self._prepared = prepared
        self._broker = broker
        self._speed = speed
        self.site = prepared.scenario.house.site
        (spec,) = prepared.scenario.nodes
        self.node = spec.id
        self._root = f"halcyon/1/{self.site}/$engine"

    async def announce(self) -> None:
        """Let the node be found, before anything is told."""
        async with aiomqtt.Client(self._broker.host, self._broker.port) as client:
            for topic, payload in self._prepared.announcements.items():
                await client.publish(topic, payload, qos=1, retain=True)
                availability = topic.removesuffix("info") + "avail"
                await client.publish(availability, "online", qos=1, retain=True)

    async def tell(self, listener: Client) -> None:
        """The nights before, and then the night, at its speed; for as long as it takes.

        Nothing is told before Home Assistant, which the `listener` looks at, has heard of us.
        """
        async with aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            will=aiomqtt.Will(f"{self._root}/state", b"offline", qos=1, retain=True),
        ) as client:
            await client.publish(f"{self._root}/state", "online", qos=1, retain=True)
            try:
                await self._tell(client, listener)
            finally:
                await client.publish(f"{self._root}/state", "offline", qos=1, retain=True)

    async def _tell(self, client: aiomqtt.Client, listener: Client) -> None:
        await listener.wait_for(_is_heard, "Home Assistant hearing the service", _PATIENCE_S)
        for output in self._prepared.earlier:
            await self._publish(client, output)
        # Of the room before somebody comes one moment is enough.
        began, first = time.monotonic(), self._prepared.first
        for output in self._prepared.outputs:
            due = began + (output.t - first) / self._speed
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._publish(client, output)
        # The service stays: with it gone, everything that is not kept would be unavailable.
        await asyncio.Event().wait()

    async def _publish(self, client: aiomqtt.Client, output: Output) -> None:
        topic = f"{self._root}/out/{output.room or '$home'}"
        await client.publish(topic, json.dumps(output.to_json()))


async def move_in(home: Home, client: Client, teller: Teller) -> None:
    """Add the node of the night as a person does, leave its site to the service, name who sleeps.

    Done before, nothing.
    """
    await teller.announce()
    if await client.site(teller.site) is not None:
        return
    home.say(f"added the node {await confirm_discovery(client)}, which a service computes")
    entry = await client.site(teller.site)
    if entry is None:
        raise StageError(f"Home Assistant has no site {teller.site}")
    # To unsubscribe what is only about to be subscribed races in Home Assistant's MQTT client
    # (seen in 2026.11); with the node heard, it is.
    await client.wait_for(_is_heard, "the first word of the node", _PATIENCE_S)
    options = await client.start_options_flow(entry)
    await client.answer_options_flow(options, host="service", keep_days=90)
    await client.wait_for_state(_OCCUPANCY, "unavailable", _PATIENCE_S)
    for each in await client.ask("config_entries/subentries/list", entry_id=entry):
        if each["subentry_type"] == "sleeper":
            step = await client.change_subentry(entry, "sleeper", each["subentry_id"])
            step = await client.answer_subentry_flow(step, next_step_id="bed")
            await client.answer_subentry_flow(step, name=SLEEPER, node=teller.node)


def _is_heard(states: Mapping[str, State]) -> bool:
    occupancy = states.get(_OCCUPANCY)
    return occupancy is not None and occupancy.state != "unavailable"


async def sleeper_of(client: Client, teller: Teller) -> SleeperView:
    """The sleeper with their enabled entities, as the registry holds them."""
    entry = await client.site(teller.site)
    entities = await client.ask("config/entity_registry/list")
    own = shown(entities, f"{entry}_sleeper_{teller.node}_")
    if not own:
        raise StageError(f"Home Assistant has no entities of {SLEEPER}")
    return SleeperView(SLEEPER, {key_of(each): each["entity_id"] for each in own}, _NOTE)


async def photograph_report(home: Home, client: Client, prepared: Prepared, target: Path) -> None:
    """Write the picture that Home Assistant draws of the night, with the word *Simulated* on it."""
    teller = Teller(prepared, home.broker, speed=math.inf)
    await move_in(home, client, teller)
    picture = (await sleeper_of(client, teller)).entities["night"]
    last = datetime.fromtimestamp(prepared.ended, UTC).isoformat()
    async with telling(teller, client):
        await client.wait_for_state(picture, last, _PATIENCE_S)
        content = await client.fetch(client.states[picture].attributes["entity_picture"])
    image = Image.open(io.BytesIO(content)).convert("RGB")
    font = ImageFont.load_default(26)
    place = (image.width - 35, 26)
    ImageDraw.Draw(image).text(place, "Simulated", fill="#f2b36b", font=font, anchor="ra")
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(image.quantize(128).save, target, "PNG", optimize=True)


@asynccontextmanager
async def telling(teller: Teller, client: Client) -> AsyncIterator[None]:
    """Tell the night beside whatever happens in the context."""
    task = asyncio.create_task(teller.tell(client))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
