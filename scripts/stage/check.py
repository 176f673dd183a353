"""Did Home Assistant follow the simulated people? Asked through its WebSocket interface."""

import asyncio
from collections.abc import Callable, Sequence
import time

from halcyon.core.house import Room
from halcyon.simulate.scenario import Scenario
from halcyon.simulate.simulation import Simulation
from halcyon.simulate.truth import RoomTruth

from .client import Client, State
from .dashboard import RoomView
from .follow import Comparison, Finding, Pace, Span, sampled, spans
from .speaker import Speaker

OCCUPANCY = Pace(on_within=2.0, off_within=90.0, holds=True)
"""On with the first frames of a radar. Off late, because whoever sat still and is out of the
radar's sight may be there yet."""

MOTION = Pace(on_within=2.0, off_within=90.0, holds=False)
"""The rooms of the check call a minute quiet, and the engine sees some seconds late that nothing
moves."""

HEARD = Pace(on_within=6.0, off_within=30.0, holds=False)
"""A walk is heard within a second; the rest is how often it is asked. A sign lasts 15 s."""

IN_BED = Pace(on_within=80.0, off_within=120.0, holds=True)
"""Lying down is told from passing by only after a window of breaths, most of a minute."""

_TEMPERATURE_C = 1.0
_HUMIDITY_PERCENT = 5.0
_RESPIRATION_PER_MINUTE = 2.0

_MOVEMENTS = frozenset({"motion", "minor_motion"})
_FRESH_S = 3.0
_ASK_EVERY_S = 1.0

_SILENT = frozenset({"unavailable", "unknown"})

type Changes = dict[str, list[State]]


async def watch(
    client: Client, rooms: Sequence[RoomView], until: float, tell: Callable[[str], None]
) -> Changes:
    """Every state that the rooms' entities take until a time (unix), told as it comes."""
    entities = {entity for room in rooms for entity in room.entities.values()}
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
