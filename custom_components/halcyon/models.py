"""Nodes by the names that their makers give them."""

import re
from typing import NamedTuple

from .const import MANUFACTURER


class Model(NamedTuple):
    """Who makes a device, and what it is called on its box."""

    maker: str
    name: str


_MODELS = {
    "c1001": Model("DFRobot", "C1001 (SEN0623)"),
    "ld2410": Model("Hi-Link", "HLK-LD2410"),
    "ld2412": Model("Hi-Link", "HLK-LD2412"),
    "ld2420": Model("Hi-Link", "HLK-LD2420"),
    "ld2450": Model("Hi-Link", "HLK-LD2450"),
    "ld6002": Model("Hi-Link", "HLK-LD6002"),
    "ld6002b": Model("Hi-Link", "HLK-LD6002B"),
    "mr60bha1": Model("Seeed Studio", "MR60BHA1"),
    "mr60bha2": Model("Seeed Studio", "MR60BHA2"),
    "mr60fda2": Model("Seeed Studio", "MR60FDA2"),
    "r60abd1": Model("MicRadar", "R60ABD1"),
    "rd03d": Model("Ai-Thinker", "RD-03D"),
    "speaker": Model(MANUFACTURER, "Speaker node"),
}


_NOT_PLAIN = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w ()+.-]")
"""What could be markup or an address. A full stop is plain only inside a number."""


def model_of(announced: str) -> Model:
    """The model that a node announces; one that is not known goes by the node's own word."""
    return _MODELS.get(announced.lower(), Model(MANUFACTURER, announced))


def label_of(node: str, announced: str | None) -> str:
    """A node as a person may know it, plain enough for dialogues, which show Markdown."""
    model = "" if announced is None else _plain(model_of(announced).name)
    return f"{node} ({model})" if model else node


def _plain(text: str) -> str:
    """A text of a node without links and pictures."""
    return " ".join(_NOT_PLAIN.sub(" ", text).split())
