"""Replaying a capture: the same engine as a live home, driven by recorded time."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from itertools import chain
import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..core.capture import Header
from ..core.house import House
from ..core.message import TOPIC_ROOT, Message, is_id
from ..core.output import Output
from ..core.snapshot import Json
from ..pipeline import Pipeline
from .config import DEFAULT_SITE, Config
from .dialects import dialects_of

_COLUMNS = frozenset({"t", "at", "site", "room", "kind"})


def replay(
    header: Header, messages: Iterable[Message], config: Config | None = None
) -> Iterator[Output]:
    """Every output of a capture, in order.

    A configuration that is given wins over the capture's own house; without either, every room
    that a node announces becomes a room of the site that the capture speaks of.
    """
    messages = iter(messages)
    if config is not None:
        house = config.house
    elif header.house is not None:
        house = header.house
    else:
        site, messages = _site(messages)
        house = House(site, automatic=True)
    pipeline = Pipeline(house, dialects_of(config) if config is not None else ())
    for message in messages:
        for effect in pipeline.receive(message):
            if isinstance(effect, Output):
                yield effect


def output_line(output: Output) -> str:
    """An output as one line of JSON, as the service publishes it too."""
    return json.dumps(output.to_json(), separators=(",", ":"))


def output_row(output: Output, zone: tzinfo) -> str:
    """An output as one line for people, its time in their zone."""
    body = output.to_json()
    when = datetime.fromtimestamp(output.t, zone).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    facts = "  ".join(
        f"{name}={_short(value)}" for name, value in body.items() if name not in _COLUMNS
    )
    return f"{when}  {output.room or '-':<16} {output.fact.kind:<12} {facts}"


def zone_of(header: Header) -> tzinfo:
    """The zone in which a capture was made, UTC where it names none that we know."""
    try:
        return ZoneInfo(header.zone or "UTC")
    except ZoneInfoNotFoundError, ValueError, OSError:
        return UTC


def _short(value: Json) -> str:
    match value:
        case None:
            return "?"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
        case list():
            return "[" + " ".join(map(_short, value)) + "]"
        case dict():
            return "{" + " ".join(f"{key}={_short(each)}" for key, each in value.items()) + "}"
    return str(value)


def _site(messages: Iterator[Message]) -> tuple[str, Iterator[Message]]:
    """The first site that is spoken of, and all messages again."""
    passed: list[Message] = []
    for message in messages:
        passed.append(message)
        parts = message.topic.split("/", 3)
        if len(parts) == 4 and "/".join(parts[:2]) == TOPIC_ROOT and is_id(parts[2]):
            return parts[2], chain(passed, messages)
    return DEFAULT_SITE, iter(passed)
