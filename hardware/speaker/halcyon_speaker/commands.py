"""What is asked of the node: read, refused when it came too late, and never obeyed twice."""

from collections import OrderedDict
from dataclasses import dataclass

from halcyon.core.snapshot import Json
from halcyon.decode.malformed import MalformedError
from halcyon.decode.strict_json import Members, as_number, parse_object

MAX_BYTES = 4096

_LONGEST_ID = 64
_REMEMBERED = 256
"""Answers that are kept, so that what is delivered again is only answered again."""

_NEVER_LATE = frozenset({"ring", "snooze", "dismiss", "cancel"})
"""Of an alarm: these name the occurrence, so they mean the same however late they are; and a node
whose clock jumped must still be woken and silenced."""

_CLOCK_IS_SET = 1_735_689_600.0
"""The beginning of 2025: a machine without a clock starts before it and knows no time."""


class RefusedError(ValueError):
    """A command is not obeyed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command to obey: its name, its id and its own keys."""

    name: str
    id: str
    body: dict[str, Json]

    def number(self, key: str, low: float, high: float) -> float | None:
        """A number from low to high, None where it is absent; raises RefusedError otherwise."""
        members = Members(self.body)
        value = members.number(key, low, high)
        if members.wrong:
            raise RefusedError(f"{key} must be a number from {low:g} to {high:g}")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false, None where it is absent; raises RefusedError otherwise."""
        members = Members(self.body)
        value = members.flag(key)
        if members.wrong:
            raise RefusedError(f"{key} must be true or false")
        return value

    def numbers(self, key: str, count: int, low: float, high: float) -> list[float] | None:
        """So many numbers, None where they are absent; raises RefusedError otherwise."""
        value = self.body.get(key)
        if value is None:
            return None
        found = [as_number(each, low, high) for each in value] if isinstance(value, list) else []
        numbers = [each for each in found if each is not None]
        if len(found) != count or len(numbers) != count:
            raise RefusedError(f"{key} must be {count} numbers from {low:g} to {high:g}")
        return numbers

    def text(self, key: str, longest: int = 256) -> str | None:
        """A text, None where it is absent; raises RefusedError otherwise."""
        members = Members(self.body)
        value = members.text(key, longest)
        if members.wrong:
            raise RefusedError(f"{key} must be a text of 1 to {longest} characters")
        return value


@dataclass(frozen=True, slots=True)
class Settled:
    """A command that was answered before, or is refused: its id, and what went wrong."""

    id: str
    error: str | None


class Inbox:
    """Tells commands that are new and in time from those that are not."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, str | None] = OrderedDict()

    def read(self, name: str, payload: bytes, unix: float) -> Asked | Settled | None:
        """A command at a time of the wall clock; None for what cannot even be answered."""
        try:
            body = parse_object(payload, MAX_BYTES)
        except MalformedError:
            return None
        members = Members(body)
        given, expires = members.text("id", _LONGEST_ID), members.number("expires")
        if given is None:
            return None
        if given in self._answers:
            return Settled(given, self._answers[given])
        can_be_late = name == "alarm" and members.text("op", _LONGEST_ID) in _NEVER_LATE
        if expires is not None and unix > max(expires, _CLOCK_IS_SET) and not can_be_late:
            return Settled(
                given, "the command has expired; see that node and host keep network time"
            )
        return Asked(name, given, body)

    def settle(self, name: str, error: str | None) -> None:
        """Remember how a command was answered."""
        self._answers[name] = error
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
