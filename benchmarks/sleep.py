"""What an hour of one sleeper's night costs on one core, from observations to stages.

The node tells its second at the second's end: the wave, the verdict and the rates. All that a home
does with it is counted: presence, breathing, whose it is, stages, intent and the session.
"""

from collections.abc import Iterable
import time

from benchmarks.report import Better, Result
from halcyon.core.house import House, Mount, Room, Sleeper
from halcyon.core.observation import Observation
from halcyon.decide.home import Home
from halcyon.simulate.nights import Doing, Order, draw_night, observations

START = 1_795_143_000.0
SEED = 7
FROM, TO = 1800.0, 5400.0
"""Seconds of the night that are measured; before it, somebody goes to bed and falls asleep."""

ROUNDS = 3
"""The least of so many counts: what else runs on the machine only ever adds."""

MODULES = ("breath", "mr60bha2", "c1001")
"""A wave of even phases, of uneven ones, and a coarse one with a bed's verdict."""


def measure() -> Iterable[Result]:
    """Seconds of one core for an hour of a night, of the dearest module."""
    costs = {module: _cost(module) for module in MODULES}
    dearest = max(costs, key=lambda module: costs[module])
    yield Result(
        name="an hour of a sleeper's night",
        value=costs[dearest],
        unit="s",
        target=1.0,
        better=Better.LOWER,
        peer="real time",
        peer_value=TO - FROM,
        note=", ".join(f"{module} {cost:.2f} s" for module, cost in costs.items()),
    )


def _cost(module: str) -> float:
    order = Order(module=module, hours=2.0, activity=Doing.LYING, trips=0, faults=False)
    told = draw_night(SEED, "test", order).told
    batches: list[list[Observation]] = [[] for _ in range(int(TO))]
    for each in observations(told, "home", "bed", START):
        if (second := int(each.host_t - START)) < len(batches):
            batches[second].append(each)
    return min(_lived(batches) for _ in range(ROUNDS))


def _lived(batches: list[list[Observation]]) -> float:
    """Processor time of the hour that is measured."""
    sleeper = (Sleeper("anna", "bed"),)
    home = Home(House("home", (Room("bedroom", (Mount("bed"),), sleepers=sleeper),)))
    begun = 0.0
    for second, batch in enumerate(batches):
        if second == int(FROM):
            begun = time.process_time()
        for each in batch:
            home.step(each)
        home.advance(START + second + 1.0)
    return time.process_time() - begun
