"""Ultrasound in rooms: what a node with a speaker and microphones would have measured.

A scene (`draw_scene`, `draw_home`, or a `Scene` put together by hand) is rendered as the complex
baseband of its tone (`render`, `stream`) with labels every 50 ms, and can be sent as a node
would send it (`to_chunks`). Everything follows from seeds. Constants marked "chosen" have no
source; results on simulated rooms are only ever called simulated.
"""

from .chunks import Sender, announced, to_chunks
from .confounders import Confounder, add_confounder
from .draw import draw_home, draw_scene
from .family import FAMILIES, Family, FamilyName
from .motion import Kind
from .people import Activity, add_cell_arm, add_cell_walker, add_person
from .rendering import Rendering, render, stream
from .scene import Scene
from .source import Emission, Playback
from .truth import LABEL_S, Truth

__all__ = [
    "FAMILIES",
    "LABEL_S",
    "Activity",
    "Confounder",
    "Emission",
    "Family",
    "FamilyName",
    "Kind",
    "Playback",
    "Rendering",
    "Scene",
    "Sender",
    "Truth",
    "add_cell_arm",
    "add_cell_walker",
    "add_confounder",
    "add_person",
    "announced",
    "draw_home",
    "draw_scene",
    "render",
    "stream",
    "to_chunks",
]
