"""The engine and the speaker node's own alarms together, through nights on which things break.

Both are the code that runs in homes; the network, the disks and the person are simulated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import json
import random

import pytest
from tests.alarm.bench import HOUSE, SPEAKER, WEEK, unix

from halcyon.core.command import Command
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Alarm, Output, Ring
from halcyon.core.reading import (
    Acknowledged,
    Announcement,
    Availability,
    Connection,
    HeldAlarm,
    Intent,
    NodeEvent,
    Reading,
    WallClock,
)
from halcyon.core.snapshot import Json
from halcyon.decide.home import Home
from halcyon_speaker import ringing
from halcyon_speaker.alarms import Alarms
from halcyon_speaker.commands import Asked, RefusedError
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import Dismiss, read_order
from halcyon_speaker.remembering import from_json, to_json

BED = "media_player.bed"
START, DEADLINE, END = (unix(f"2026-11-21 {at}") for at in ("06:00", "07:00", "08:10"))
OFFSETS = ((START - 86400, 3600),)
LATE_S = 10.0
"""A host that is back waits five seconds for what nodes did; a second more for each hop."""

type Effects = Iterable[Output | Command]


@dataclass
class World:
    """One night, second by second."""

    t: float = START
    linked: bool = True
    host_up: bool = True
    node_up: bool = True
    booted: float = START - 1000.0
    home: Home = field(default_factory=lambda: Home(HOUSE))
    node: Alarms = field(default_factory=Alarms)
    saved: Json = None
    disk: Json = None
    loud: bool = False
    heard: dict[str, list[float]] = field(default_factory=lambda: {"node": [], "host": []})
    knows: dict[str, float] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.keep_node()
        self.see(HOST, WallClock(self.t, "Europe/Berlin", "2026b", OFFSETS))
        self.connect()
        self.wish("alarm_ringer", ringer=BED, available=True)
        self.wish("alarm", sleeper="anna", nodes=SPEAKER, ringers=BED, **WEEK)
        self.wish("alarm_arm", sleeper="anna", on=True)

    # The host.

    def see(self, source: str, reading: Reading, *, live: bool = True) -> None:
        self.act(self.home.step(Observation("home", source, self.t, self.t, reading, live)))

    def wish(self, name: str, **fields: str | bool) -> None:
        self.see(HOST, Intent(name, tuple(sorted(fields.items()))))

    def act(self, effects: Effects) -> None:
        given = list(effects)
        if any(isinstance(each, Output) and isinstance(each.fact, Alarm) for each in given):
            self.saved = json.loads(json.dumps(self.home.snapshot()))
        for each in given:
            if isinstance(each, Command):
                self.command(each)
            elif isinstance(each.fact, Ring):
                self.loud = each.fact.on
            elif isinstance(each.fact, Alarm) and each.fact.event == "dismissed":
                self.knows.setdefault("host", self.t)

    def command(self, command: Command) -> None:
        if command.name != "alarm" or not (self.linked and self.node_up):
            return
        body: dict[str, Json] = dict(command.fields)
        error = None
        try:
            order = read_order(Asked(command.name, command.id, body))
            self.change_node(ringing.step(ringing.advance(self.node, self.now), order, self.now))
            if isinstance(order, Dismiss):
                self.knows.setdefault("node", self.t)
        except RefusedError as refusal:
            error = str(refusal)
        self.see(SPEAKER, Acknowledged("alarm", command.id, error is None, error))

    def kill_host(self) -> None:
        self.host_up = self.loud = False

    def start_host(self) -> None:
        self.host_up = True
        self.home = Home(HOUSE)
        self.home.restore(self.saved)
        self.act(self.home.resume(self.t))
        self.see(HOST, WallClock(self.t, "Europe/Berlin", "2026b", OFFSETS))
        if self.linked and self.node_up:
            self.connect()

    # The node.

    @property
    def now(self) -> Now:
        return Now(self.t, self.t - self.booted)

    def change_node(self, state: Alarms) -> None:
        before, self.node = self.node, state
        self.keep_node()
        if before.alarms != state.alarms and self.linked and self.host_up:
            self.announce()

    def keep_node(self) -> None:
        self.disk = json.loads(json.dumps(to_json(self.node, str(self.booted))))

    def announce(self) -> None:
        held = tuple(HeldAlarm(each.occurrence, each.at.unix) for each in self.node.alarms)
        self.see(SPEAKER, Announcement(1, 7, None, "speaker", None, (), held))

    def connect(self) -> None:
        self.see(SPEAKER, Connection(Availability.ONLINE))
        self.announce()

    def tell(self) -> None:
        """What the broker has is delivered, also to a host that is not there."""
        for event in self.node.events if self.linked else ():
            fields = (("event", str(event.what)), ("occurrence", event.occurrence))
            live = event.at.elapsed(self.now) <= 10.0
            if self.host_up:
                self.see(SPEAKER, NodeEvent("alarm", event.id, fields), live=live)
            self.node = ringing.delivered(self.node, {event.id})
            self.keep_node()

    def start_node(self) -> None:
        self.node_up, self.booted = True, self.t
        self.node = from_json(self.disk, str(self.booted))
        if self.linked and self.host_up:
            self.connect()

    # What breaks, and mends.

    def happen(self, what: str) -> None:
        match what:
            case "cut" if self.linked:
                self.linked = False
                if self.host_up:
                    self.see(SPEAKER, Connection(Availability.OFFLINE))
            case "mend" if not self.linked:
                self.linked = True
                if self.host_up and self.node_up:
                    self.connect()
            case "kill host" if self.host_up:
                self.kill_host()
            case "start host" if not self.host_up:
                self.start_host()
            case "kill node" if self.node_up:
                self.node_up = False
                if self.linked and self.host_up:
                    self.see(SPEAKER, Connection(Availability.OFFLINE))
            case "start node" if not self.node_up:
                self.start_node()

    def second(self) -> None:
        self.t += 1.0
        if self.node_up:
            self.change_node(ringing.advance(self.node, self.now))
            self.tell()
        if self.host_up:
            self.act(self.home.advance(self.t))
        if self.node_up and self.node.ringing is not None:
            self.heard["node"].append(self.t)
        if self.host_up and self.loud:
            self.heard["host"].append(self.t)

    def dismiss(self, where: str) -> None:
        """The person presses what they hear."""
        self.knows.setdefault(where, self.t)
        if where == "host":
            self.wish("dismiss", sleeper="anna")
        else:
            occurrence = self.node.ringing
            assert occurrence is not None
            order = Dismiss(occurrence.occurrence)
            self.change_node(ringing.step(self.node, order, self.now))
            self.tell()


_BREAKS = (("cut", "mend"), ("kill host", "start host"), ("kill node", "start node"))


def _night(seed: int) -> tuple[World, list[float]]:
    """A night with one to four outages; and the seconds in which something could ring."""
    rng = random.Random(seed)
    plan: dict[float, list[str]] = {}
    for _ in range(rng.randint(1, 4)):
        broken, mended = rng.choice(_BREAKS)
        near = rng.random() < 0.6
        at = DEADLINE + rng.uniform(-90, 90) if near else rng.uniform(START + 60, END - 1200)
        plan.setdefault(float(round(at)), []).append(broken)
        plan.setdefault(float(round(at + rng.expovariate(1 / 300))), []).append(mended)
    world, able = World(), []
    world.begin()
    wait, pressed = rng.uniform(2, 120), False
    while world.t < END:
        for what in plan.get(world.t, ()):
            world.happen(what)
        world.second()
        if world.node_up or world.host_up:
            able.append(world.t)
        sounds = [where for where, seconds in world.heard.items() if world.t in seconds[-1:]]
        first = min((seconds[0] for seconds in world.heard.values() if seconds), default=world.t)
        if sounds and not pressed and world.t - first >= wait:
            world.dismiss(rng.choice(sounds))
            pressed = True
    return world, able


@pytest.mark.parametrize("batch", range(2))
def test_it_rings_and_rings_once(batch: int) -> None:
    for seed in range(batch * 25, batch * 25 + 25):
        world, able = _night(seed)
        when = [second for seconds in world.heard.values() for second in seconds]
        could = [t for t in able if t >= DEADLINE]
        if could and could[0] <= DEADLINE + 1800:
            assert when, seed
            assert min(when) <= could[0] + LATE_S, (seed, min(when) - could[0])
        for where, seconds in world.heard.items():
            known = world.knows.get(where)
            if known is not None:
                assert not [t for t in seconds if t > known + 1], (seed, where)
