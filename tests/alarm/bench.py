"""A home with one sleeper, its nodes and a person, in a time that the tests choose."""

from collections.abc import Iterable
from datetime import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room, Sleeper
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Alarm, AlarmPlan, Output, Ring, SleepStage
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
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import Json
from halcyon.decide.home import Home
from halcyon.wallclock import offsets

ZONE = "Europe/Berlin"
SPEAKER = "speaker-1"
HOUSE = House(
    "home",
    (Room("bedroom", mounts=(Mount("bed-1"),), sleepers=(Sleeper("anna", "bed-1"),)),),
)

type Effects = list[Output | Command]


def unix(text: str, zone: str = ZONE) -> float:
    """Unix seconds of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


class Bench:
    """A home at a host time `t`, whose wall clock is `ahead`; keeps everything that was said."""

    def __init__(self, start: str = "2026-11-20 20:00", home: Home | None = None) -> None:
        self.home = home or Home(HOUSE)
        self.t = unix(start)
        self.ahead = 0.0
        self.zone = ZONE
        self.said: Effects = []
        self.answering: set[str] = set()
        self.refusing: str | None = None
        self.tell_clock()

    # What happens.

    def see(self, reading: Reading, source: str = HOST, *, live: bool = True) -> Effects:
        effects = self.home.step(Observation("home", source, self.t, self.t, reading, live))
        return self._keep(effects)

    def until(self, text: str | float) -> Effects:
        """Let time pass to a time by the wall, as far as it is ahead now."""
        to = (unix(text) if isinstance(text, str) else text) - self.ahead
        seen: Effects = []
        while (due := self.home.next_deadline) is not None and due <= to:
            self.t = max(self.t, due)
            seen += self._keep(self.home.advance(due))
        self.t = max(self.t, to)
        return seen + self._keep(self.home.advance(self.t))

    def wait(self, seconds: float) -> Effects:
        return self.until(self.t + self.ahead + seconds)

    def wish(self, name: str, **fields: str | float | bool | None) -> Effects:
        fields.setdefault("sleeper", "anna")
        return self.see(Intent(name, tuple(sorted(fields.items()))))

    def tell_clock(self, zone: str | None = None) -> Effects:
        self.zone = zone or self.zone
        wall = self.t + self.ahead
        table = tuple((float(at), by) for at, by in offsets(ZoneInfo(self.zone), wall))
        return self.see(WallClock(wall, self.zone, "2026b", table))

    def set_wall(self, text: str) -> Effects:
        self.ahead = unix(text) - self.t
        return self.tell_clock()

    def restart(self, after: float = 0.0) -> None:
        """The host stops and starts again; its time is the wall's then, but never goes back."""
        state: Json = json.loads(json.dumps(self.home.snapshot()))
        self.home = Home(HOUSE)
        wall = self.t + self.ahead + after
        self.t = max(self.t, wall)
        self.ahead = wall - self.t
        self.home.restore(state)
        self._keep(self.home.resume(self.t))
        self.tell_clock()

    def stage(self, stage: Stage | None, confidence: float = 0.9) -> Effects:
        """Tell the stage of the epoch that just ended, as the bedroom would."""
        fact = SleepStage("anna", stage, confidence)
        told = Output(self.t, self.t, "home", "bedroom", fact)
        return self._keep(self.home._alarms.follow([told]))

    # The node.

    def node_online(
        self, node: str = SPEAKER, *, held: Iterable[tuple[str, float]] = ()
    ) -> Effects:
        self.answering.add(node)
        alarms = tuple(HeldAlarm(name, at) for name, at in held)
        seen = self.see(Connection(Availability.ONLINE), node)
        return seen + self.see(Announcement(1, 7, None, "speaker", None, (), alarms), node)

    def node_offline(self, node: str = SPEAKER) -> Effects:
        self.answering.discard(node)
        return self.see(Connection(Availability.OFFLINE), node)

    def node_says(self, occurrence: str, event: str, *, live: bool = True) -> Effects:
        fields = (("event", event), ("occurrence", occurrence))
        return self.see(NodeEvent("alarm", f"{event}{self.t}", fields), SPEAKER, live=live)

    def _keep(self, effects: Iterable[Output | Command]) -> Effects:
        kept = list(effects)
        self.said += kept
        for each in list(kept):
            if isinstance(each, Command) and each.name == "alarm" and each.node in self.answering:
                answer = Acknowledged("alarm", each.id, self.refusing is None, self.refusing)
                kept += self.see(answer, each.node)
        return kept

    # What came of it.

    @property
    def explained(self) -> dict[str, Any]:
        told: Any = self.home.explain_alarm("anna", self.t)
        assert json.loads(json.dumps(told)) == told
        return dict(told)

    @property
    def plan(self) -> AlarmPlan:
        (plan,) = [
            each.fact for each in self.home.current(self.t) if isinstance(each.fact, AlarmPlan)
        ]
        return plan


def events(effects: Effects) -> list[str]:
    """What happened to alarms."""
    return [
        str(each.fact.event)
        for each in effects
        if isinstance(each, Output) and isinstance(each.fact, Alarm)
    ]


def orders(effects: Effects) -> list[tuple[str, str]]:
    """What nodes were asked: op and occurrence."""
    return [
        (str(dict(each.fields)["op"]), str(dict(each.fields)["occurrence"]))
        for each in effects
        if isinstance(each, Command) and each.name == "alarm"
    ]


def rings(effects: Effects) -> list[tuple[str, bool]]:
    """What the host's ringers were asked."""
    return [
        (each.fact.ringer, each.fact.on)
        for each in effects
        if isinstance(each, Output) and isinstance(each.fact, Ring)
    ]


WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "07:00")


def with_speaker() -> Bench:
    """A speaker that is there, and an alarm at seven every day, armed."""
    found = Bench()
    found.node_online()
    found.wish("alarm", nodes=SPEAKER, **WEEK)
    found.wish("alarm_arm", on=True)
    return found


def with_host() -> Bench:
    """The same with a ringer of the host in place of the speaker."""
    found = Bench()
    found.wish("alarm_ringer", ringer="media_player.bed", available=True)
    found.wish("alarm", ringers="media_player.bed", **WEEK)
    found.wish("alarm_arm", on=True)
    return found
