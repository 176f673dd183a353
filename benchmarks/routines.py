"""What routines cost: the engine's work for a home of sixteen rooms, with thirty routines and none.

The same messages of the same busy rooms go through two engines in turn, batch by batch. The
routines look at every kind of thing that the rooms tell, so that none of them is idle by luck.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import batched
import json
from statistics import median
import time

from benchmarks.report import Better, Result
from halcyon.core.house import House
from halcyon.core.output import Output, RoutineRun
from halcyon.core.snapshot import Json
from halcyon.pipeline import Pipeline
from halcyon.simulate import Simulation, busy_house

START = 1_795_000_000.0
SECONDS = 60.0
SEED = 7
ROOMS, ROUTINES = 16, 30
BATCH = 200


def measure() -> Iterable[Result]:
    """How much longer the engine takes for a message, and how much larger its state is."""
    scenario = busy_house(ROOMS, SEED, SECONDS, occupied=True)
    messages = list(Simulation(scenario, START).messages())
    without = Pipeline(scenario.house)
    beside = Pipeline(replace(scenario.house, routines=tuple(routines(scenario.house))))
    took: dict[bool, list[float]] = {False: [], True: []}
    runs = 0
    for number, batch in enumerate(batched(messages, BATCH, strict=False)):
        # Whoever goes second finds warm caches, so they take turns.
        for has in (bool(number % 2), not number % 2):
            pipeline = beside if has else without
            started = time.process_time()
            effects = [effect for message in batch for effect in pipeline.receive(message)]
            took[has].append((time.process_time() - started) / len(batch))
            runs += sum(isinstance(e, Output) and isinstance(e.fact, RoutineRun) for e in effects)
    yield Result(
        name="message with 30 routines",
        value=1e6 * median(took[True]),
        unit="us",
        target=1.05,
        better=Better.LOWER,
        peer="without routines",
        peer_value=1e6 * median(took[False]),
        bounds_ratio=True,
        note=f"{len(messages)} messages of {ROOMS} rooms, CPU time, median of batches; {runs} "
        "times a routine was triggered",
    )
    yield Result(
        name="state with 30 routines",
        value=_size(beside) / 1e3,
        unit="kB",
        target=1.25,
        better=Better.LOWER,
        peer="without routines",
        peer_value=_size(without) / 1e3,
        bounds_ratio=True,
        note="the snapshot as JSON",
    )


def routines(house: House) -> Iterable[dict[str, Json]]:
    """Thirty routines over the rooms and sleepers of a house, of every kind in turn."""
    sleepers = [sleeper.id for room in house.rooms for sleeper in room.sleepers]
    for number in range(ROUTINES):
        room = house.rooms[number % len(house.rooms)].id
        sleeper = sleepers[number % len(sleepers)] if sleepers else "nobody"
        kinds: list[dict[str, Json]] = [
            {"kind": "motion", "room": room, "detected": False, "for_s": 600},
            {"kind": "occupancy", "room": room},
            {"kind": "motion_event", "room": room},
            {"kind": "bed", "sleeper": sleeper, "for_s": 60},
            {"kind": "environment", "room": room, "quantity": "co2", "above": 1000},
            {"kind": "all_asleep"},
        ]
        yield {
            "id": f"routine-{number}",
            "name": f"Routine {number}",
            "triggers": [kinds[number % len(kinds)]],
            "conditions": [{"kind": "time", "after": "22:00", "before": "06:00"}],
            "sequence": [{"do": "publish", "topic": "light/set", "payload": "ON"}],
        }


def _size(pipeline: Pipeline) -> int:
    return len(json.dumps(pipeline.snapshot(), separators=(",", ":")))
