"""Did Home Assistant follow the simulated people? Asked through its WebSocket interface."""

import asyncio
from collections.abc import Callable, Sequence
import time

from halcyon.core.house import Room
from halcyon.core.output import Output, SleepSession, SleepStage
from halcyon.sense.sleep.report_json import read_report
from halcyon.simulate.scenario import Scenario
from halcyon.simulate.simulation import Simulation
from halcyon.simulate.truth import RoomTruth

from . import lamp
from .client import Client, State
from .dashboard import RoomView, SleeperView
from .follow import Comparison, Finding, Pace, Span, sampled, spans
from .speaker import Speaker

OCCUPANCY = Pace(on_within=2.0, off_within=90.0, holds=True)
"""On with the first frames of a radar. Off late, because whoever sat still and is out of the
radar's sight may be there yet."""

MOTION = Pace(on_within=2.0, off_within=90.0, holds=False)
"""The rooms of the check call a minute quiet, and the engine sees some seconds late that nothing
moves."""

HEARD = Pace(on_within=7.0, off_within=30.0, holds=False)
"""In a room that the radar already calls occupied the tone comes in short bursts, with a longer
look every 5 s (`engine/sense/ultrasound/duty.py`), and it is asked every second. A sign lasts
15 s."""

IN_BED = Pace(on_within=80.0, off_within=120.0, holds=True)
"""Lying down is told from passing by only after a window of breaths, most of a minute."""

_TEMPERATURE_C = 1.0
_HUMIDITY_PERCENT = 5.0
_RESPIRATION_PER_MINUTE = 2.0

_MOMENTS = ("fell_asleep", "woke_up", "got_up")
_PICTURE = "entity_picture"
_PNG = b"\x89PNG"

_MOVEMENTS = frozenset({"motion", "minor_motion"})
_FRESH_S = 3.0
_ASK_EVERY_S = 1.0

_SILENT = frozenset({"unavailable", "unknown"})

type Changes = dict[str, list[State]]


async def watch(
    client: Client,
    views: Sequence[RoomView | SleeperView],
    until: float,
    tell: Callable[[str], None],
) -> Changes:
    """Every state that these entities take until a time (unix), told as it comes."""
    entities = {entity for view in views for entity in view.entities.values()}
    changes = {entity: [client.states[entity]] for entity in entities if entity in client.states}

    def note(state: State) -> None:
        known = changes.setdefault(state.entity_id, []) if state.entity_id in entities else None
        if known is not None and (not known or known[-1].state != state.state):
            known.append(state)
            tell(f"{state.name}: {state.state}")

    client.on_change.append(note)
    await asyncio.sleep(max(0.0, until - time.time()))
    client.on_change.remove(note)
    return changes


async def listen(client: Client, room: RoomView, node: str, until: float) -> list[Span]:
    """When signs of movement came from a node, by what Home Assistant says when it is asked why."""
    signs: list[tuple[float, bool]] = []
    while (t := time.time()) < until:
        answer = await client.ask(
            "call_service",
            domain="halcyon",
            service="explain",
            target={"entity_id": room.entities["occupancy"]},
            return_response=True,
        )
        rows = [row for said in answer["response"].values() for row in said["evidence"]]
        own = [row for row in rows if row["source"] == node and row["modality"] in _MOVEMENTS]
        signs.append((t, any(row["age_s"] < _FRESH_S for row in own)))
        await asyncio.sleep(_ASK_EVERY_S)
    return spans(signs)


def judge_hearing(
    room: RoomView, speaker: Speaker, heard: list[Span], watched: Span
) -> list[Finding]:
    """Whether an ultrasonic node heard who walked there, and not the fan that ran all the time."""
    truth = spans(sampled(speaker.is_visited, watched))
    return Comparison(room.name, "ultrasound", HEARD, watched).judge(truth, heard)


def judge(
    changes: Changes, rooms: Sequence[RoomView], scenario: Scenario, watched: Span
) -> list[Finding]:
    """What was seen beside what was so; `watched` begins with the scenario."""
    simulation = Simulation(scenario, watched.start)
    return [
        finding
        for view, room in zip(rooms, scenario.house.rooms, strict=True)
        for finding in _Judge(changes, view, simulation, room, watched).findings()
    ]


async def judge_night(
    client: Client, sleeper: SleeperView, changes: Changes, outputs: Sequence[Output]
) -> list[Finding]:
    """Whether the sleeper's entities say what was told of their night."""

    def states(key: str) -> list[State]:
        return changes.get(sleeper.entities[key], [])

    def finding(what: str, expected: object, seen: object) -> Finding:
        return Finding(sleeper.name, what, str(expected), str(seen), expected == seen)

    facts = [output.fact for output in outputs]
    stages = {str(fact.stage) for fact in facts if isinstance(fact, SleepStage) and fact.stage}
    events = [str(fact.event) for fact in facts if isinstance(fact, SleepSession)]
    reports = [fact.report for fact in facts if isinstance(fact, SleepSession) and fact.report]
    night = read_report(reports[-1])
    moments = [each.attributes.get("event_type") for each in states("sleep")]
    asleep = [each.state for each in states("asleep")]
    fell, woke = "on" in asleep, asleep[-1:] == ["off"]
    picture = await client.fetch(client.states[sleeper.entities["night"]].attributes[_PICTURE])
    minutes = round(60 * float(client.states[sleeper.entities["time_asleep"]].state), 1)
    return [
        finding("stage", sorted(stages), sorted({s.state for s in states("stage")} - _SILENT)),
        finding(
            "sleep",
            [event for event in events if event in _MOMENTS],
            [moment for moment in moments if moment in _MOMENTS],
        ),
        finding("asleep", "on, then off", "on, then off" if fell and woke else "something else"),
        finding("time asleep", night.figures.asleep, minutes),
        finding("last night", _PNG, picture[: len(_PNG)]),
    ]


class _Judge:
    """One room."""

    def __init__(
        self, changes: Changes, view: RoomView, simulation: Simulation, room: Room, watched: Span
    ) -> None:
        self._changes = changes
        self._view = view
        self._simulation = simulation
        self._room = room
        self._watched = watched

    def findings(self) -> list[Finding]:
        """All that can be said of it."""
        findings = [
            *self._follows("occupancy", OCCUPANCY, lambda truth: truth.occupied),
            *self._follows("motion", MOTION, lambda truth: truth.occupied),
        ]
        if "lamp" in self._view.entities:
            findings += self._follows("lamp", lamp.FOLLOWS, lambda truth: truth.occupied)
        if self._room.sleepers:
            findings += self._follows("in_bed", IN_BED, lambda truth: truth.lying > 0)
        last = self._truth(self._watched.end or self._watched.start)
        findings += [
            self._measures("temperature", last.air.temperature, _TEMPERATURE_C, "°C"),
            self._measures("humidity", last.air.humidity, _HUMIDITY_PERCENT, "%"),
        ]
        findings += [
            self._measures("respiration", rate, _RESPIRATION_PER_MINUTE, "/min")
            for rate in last.respiration.values()
        ]
        return findings

    def _truth(self, t: float) -> RoomTruth:
        return self._simulation.truth(t)[self._room.id]

    def _states(self, key: str) -> list[State]:
        return self._changes.get(self._view.entities.get(key, ""), [])

    def _follows(self, key: str, pace: Pace, holds: Callable[[RoomTruth], bool]) -> list[Finding]:
        truth = spans(sampled(lambda t: holds(self._truth(t)), self._watched))
        states = self._states(key)
        shown = spans((state.changed, state.state == "on") for state in states)
        findings = Comparison(self._view.name, key, pace, self._watched).judge(truth, shown)
        silent = [state for state in states if state.state in _SILENT]
        if not states or any(state.changed > self._watched.start for state in silent):
            findings.append(Finding(self._view.name, key, "known", "missing or silent", good=False))
        return findings

    def _measures(self, key: str, truth: float, tolerance: float, unit: str) -> Finding:
        states = self._states(key)
        expected = f"{truth:.1f} {unit} at the end, ± {tolerance:g}"
        seen = states[-1].state if states else "missing"
        try:
            good = abs(float(seen) - truth) <= tolerance
        except ValueError:
            good = False
        return Finding(self._view.name, key, expected, f"{seen} {unit}", good)
