"""Rooms, people, things and nodes that never were, speaking the protocol byte for byte.

Everything follows from a scenario and its seed; nothing here reads a clock except `live`.
Constants marked "chosen" have no source: they are what seemed right, and results on simulated
rooms are only ever called simulated.
"""

from .busy import busy_house
from .parts import ScenarioError
from .scenario import Scenario, load_scenario, scenario_from_json, scenario_names
from .simulation import Simulation, write_capture
from .truth import RoomTruth

__all__ = [
    "RoomTruth",
    "Scenario",
    "ScenarioError",
    "Simulation",
    "busy_house",
    "load_scenario",
    "scenario_from_json",
    "scenario_names",
    "write_capture",
]
