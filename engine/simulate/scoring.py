"""How well presence follows the truth of a scenario, beside the simplest rule that people use.

The engine is run on a scenario's bytes, with its commands carried to the simulated nodes, and
what it says of each room is compared with the truth. The baseline reads the same bytes: a room
is occupied while any sensor says so or sees a target, and for a fixed time after.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from ..core.command import Command
from ..core.message import Message
from ..core.observation import Observation
from ..core.output import Output, Presence
from ..core.reading import Detection, Motion, MotionLevel, Targets
from ..core.snapshot import Json
from ..decode.node import Node
from ..decode.topics import parse_topic
from ..pipeline import Pipeline
from .scenario import Scenario
from .simulation import Simulation

GRID = 0.5
"""Seconds between two looks at the truth, and the resolution of every time below."""

FIXED_HOLD = 30.0
"""Seconds for which the baseline holds; what integrations and radar modules offer as default."""


@dataclass(slots=True)
class Score:
    """One room of one scenario. Times are seconds.

    `delays` holds, for each time somebody entered, how long the room took to be occupied, and
    None where it never was; `releases` how long it stayed so after everybody had left, None
    where it still was when somebody came back or the scenario ended. `missed` is time with
    somebody inside after the room was first seen and not occupied, `ghost` time occupied that
    began with nobody inside.
    """

    occupied: float = 0.0
    empty: float = 0.0
    missed: float = 0.0
    ghost: float = 0.0
    delays: list[float | None] = field(default_factory=list)
    releases: list[float | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The engine and the baseline on the same bytes of one room."""

    scenario: str
    room: str
    engine: Score
    baseline: Score


HEADINGS: dict[str, Json] = {
    "scenario": "scenario",
    "room": "room",
    "rule": "rule",
    "entries": "entries",
    "unseen": "unseen",
    "delay_median": "delay, s",
    "delay_worst": "worst, s",
    "release_median": "release, s",
    "release_worst": "worst, s",
    "missed_share": "missed, %",
    "ghost_share": "ghost, %",
}
"""The columns of a summary and how a table calls them."""

_WIDTHS = (14, 12, 10)

type _Timeline = list[tuple[float, bool]]


def score_presence(scenario: Scenario, start: float) -> list[Comparison]:
    """Play a scenario from `start` (unix seconds) and score every room of its house."""
    simulation = Simulation(scenario, start, block=1.0)
    rooms = [room.id for room in scenario.house.rooms]
    said: dict[str, _Timeline] = {room: [] for room in rooms}
    simple = _FixedHold(scenario)
    for message, effects in _play(simulation, Pipeline(scenario.house)):
        simple.take(message)
        for effect in effects:
            if isinstance(effect, Output) and isinstance(effect.fact, Presence):
                said[effect.room or ""].append((effect.t, effect.fact.occupied is True))
    end = start + scenario.duration
    truth = [(t, simulation.truth(t)) for t in _grid(start, end)]
    return [
        Comparison(
            scenario.name,
            room,
            score([(t, at[room].occupied) for t, at in truth], said[room]),
            score([(t, at[room].occupied) for t, at in truth], simple.timeline(room)),
        )
        for room in rooms
    ]


def summary(comparisons: Iterable[Comparison]) -> Iterator[dict[str, Json]]:
    """One line a scenario, room and rule, over all its seeds.

    Times are medians and worst values in seconds, shares are percent of the time with somebody
    (`missed`) and with nobody (`ghost`) inside. None where there was nothing to measure.
    """
    groups: dict[tuple[str, str, str], list[Score]] = {}
    for each in comparisons:
        for rule, scored in (("halcyon", each.engine), ("fixed hold", each.baseline)):
            groups.setdefault((each.scenario, each.room, rule), []).append(scored)
    for (scenario, room, rule), scores in groups.items():
        delays = [delay for each in scores for delay in each.delays]
        releases = [release for each in scores for release in each.releases]
        seen = [delay for delay in delays if delay is not None]
        freed = [release for release in releases if release is not None]
        yield {
            "scenario": scenario,
            "room": room,
            "rule": rule,
            "entries": len(delays),
            "unseen": len(delays) - len(seen),
            "delay_median": median(seen) if seen else None,
            "delay_worst": max(seen, default=None),
            "release_median": median(freed) if freed else None,
            "release_worst": max(freed, default=None),
            "missed_share": _share(scores, "missed", "occupied"),
            "ghost_share": _share(scores, "ghost", "empty"),
        }


def _share(scores: Iterable[Score], part: str, whole: str) -> float | None:
    parts = sum(getattr(each, part) for each in scores)
    wholes = sum(getattr(each, whole) for each in scores)
    return round(100.0 * parts / wholes, 2) if wholes else None


def row(line: Mapping[str, Json]) -> str:
    """A line of the summary, or the headings, as a line of a table."""
    cells = ["-" if value is None else str(value) for value in line.values()]
    words = [cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=False)]
    return " ".join([*words, *(cell.rjust(10) for cell in cells[len(_WIDTHS) :])])


def score(truth: _Timeline, said: _Timeline) -> Score:
    """Compare what was said, as changes in order, with the truth on an even grid."""
    result = Score()
    changes = iter([*said, (float("inf"), False)])
    upcoming = next(changes)
    now = before = here = seen = False
    since = 0.0
    ghost = False
    for t, inside in truth:
        while upcoming[0] <= t:
            now = upcoming[1]
            upcoming = next(changes)
        if inside and not here:
            _end(result.releases, t, since, reached=None, pending=before and not ghost)
            since, seen = t, False
        elif here and not inside:
            if not seen:
                result.delays.append(None)
            since = t
        if now and not before:
            ghost = not inside
        if inside:
            ghost = False
            result.occupied += GRID
            if now and not seen:
                seen = True
                result.delays.append(t - since)
            result.missed += GRID * (seen and not now)
        else:
            result.empty += GRID
            result.ghost += GRID * (now and ghost)
            _end(result.releases, t, since, reached=t, pending=before and not now and not ghost)
        before, here = now, inside
    if here and not seen:
        result.delays.append(None)
    _end(result.releases, since, since, reached=None, pending=before and not here and not ghost)
    return result


def _end(
    releases: list[float | None], t: float, since: float, *, reached: float | None, pending: bool
) -> None:
    if pending:
        releases.append(None if reached is None else t - since)


def _grid(start: float, end: float) -> Iterator[float]:
    for step in range(int((end - start) / GRID)):
        yield start + step * GRID


def _play(
    simulation: Simulation, pipeline: Pipeline
) -> Iterator[tuple[Message, list[Output | Command]]]:
    """Every message with what follows from it; commands reach their nodes, answers come back."""
    for message in simulation.messages():
        effects = list(pipeline.receive(message))
        for effect in effects:
            if isinstance(effect, Command):
                for answer in simulation.command(
                    effect.node, effect.name, effect.payload(), message.host_t
                ):
                    effects += pipeline.receive(answer)
        yield message, effects


class _FixedHold:
    """Any sensor of a room switches it on, and it stays on for a fixed time after the last."""

    def __init__(self, scenario: Scenario) -> None:
        self._house = scenario.house
        self._nodes: dict[str, Node] = {}
        self._seen: dict[str, list[float]] = {room.id: [] for room in scenario.house.rooms}

    def take(self, message: Message) -> None:
        """Read one message as the engine does, and note when a sensor saw somebody."""
        address = parse_topic(message.topic, self._house.site)
        room = None if address is None else self._house.room_of(address.node)
        if address is None or room is None:
            return
        node = self._nodes.setdefault(address.node, Node(self._house.site, address.node))
        if _sees(node.step(message)):
            self._seen[room.id].append(message.host_t)

    def timeline(self, room: str) -> _Timeline:
        """When the room switched."""
        changes: _Timeline = []
        last = float("-inf")
        for t in self._seen[room]:
            if t > last + FIXED_HOLD:
                if changes:
                    changes.append((last + FIXED_HOLD, False))
                changes.append((t, True))
            last = t
        if changes:
            changes.append((last + FIXED_HOLD, False))
        return changes


def _sees(effects: Iterable[Observation | Command]) -> bool:
    for effect in effects:
        match effect:
            case Observation(reading=Targets(targets=targets)) if targets:
                return True
            case Observation(reading=Detection(present=True)):
                return True
            case Observation(reading=Motion(level=level)) if level is not MotionLevel.NONE:
                return True
    return False
