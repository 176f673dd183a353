"""What is shown, and what it is about."""

from typing import NamedTuple

type Value = bool | float | str | None

ROOM, SLEEPER, NODE = "room", "sleeper", "node"


class Key(NamedTuple):
    """What a value is about: a room, a sleeper or a node, by its id, and which quantity."""

    scope: str
    name: str
    quantity: str


class Change(NamedTuple):
    """A value to show."""

    key: Key
    value: Value
