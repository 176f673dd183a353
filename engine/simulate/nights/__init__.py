"""Nights in bed: what a radar node beside a bed would have told of them, and what was so.

A night is a hypnogram, real or drawn, with breathing, movements and heart rate that go with its
stages; evenings of reading and television before it, trips and a partner, a pet, a fan or a
curtain beside; a 60 GHz radar that sees them (`radar`), and a module that rounds and times what it
says (`module`). `draw_night` puts one together from a seed, `observations` hands it to a room.
Constants marked "chosen" have no source; results on simulated nights are only ever called
simulated, and stages that were learned from them alone are not evidence.
"""

from .course import Course, Doing, Spent
from .family import FAMILIES, Family, FamilyName
from .module import MODULES, Faults, Module, Told, Wave
from .night import Household, Night, Order, draw_household, draw_night
from .observations import observations
from .person import Person
from .radar import RADIANS_PER_MM, WAVELENGTH_MM, Scene, Setup, observe

__all__ = [
    "FAMILIES",
    "MODULES",
    "RADIANS_PER_MM",
    "WAVELENGTH_MM",
    "Course",
    "Doing",
    "Family",
    "FamilyName",
    "Faults",
    "Household",
    "Module",
    "Night",
    "Order",
    "Person",
    "Scene",
    "Setup",
    "Spent",
    "Told",
    "Wave",
    "draw_household",
    "draw_night",
    "observations",
    "observe",
]
