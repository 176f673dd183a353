"""What is shown, and what it is about."""

from typing import NamedTuple

type Value = bool | float | str | None

ROOM, SLEEPER, NODE, ROUTINE, SPEECH = "room", "sleeper", "node", "routine", "speech"


class Key(NamedTuple):
    """What a value is about, by its scope and its id there, and which quantity."""

    scope: str
    name: str
    quantity: str


class Change(NamedTuple):
    """A value to show."""

    key: Key
    value: Value
