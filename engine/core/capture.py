"""Captures: messages as JSON lines, in processing order, with a header that says what they are.

The first line is `{"halcyon_capture":1, "config", "tz", "engine", "weights"}`, where every key
but the first is optional; then one message a line: t, topic, payload (base64), retain, qos.
Files may be gzipped; reading and writing files is the hosts' business.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import json
import sys

from .house import House, HouseError, house_from_json, house_to_json
from .message import Message
from .snapshot import Json

FORMAT = 1
"""The version of the format, the value of `halcyon_capture` in the first line."""


class CaptureError(ValueError):
    """A line is not part of a capture; the message names the line."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a capture says about itself. `zone` is an IANA time zone name."""

    house: House | None = None
    zone: str | None = None
    engine: str | None = None
    weights: tuple[str, ...] = ()


def write_header(header: Header) -> str:
    """The first line, without a line end."""
    body: dict[str, Json] = {"halcyon_capture": FORMAT}
    if header.house is not None:
        body["config"] = house_to_json(header.house)
    if header.zone is not None:
        body["tz"] = header.zone
    if header.engine is not None:
        body["engine"] = header.engine
    if header.weights:
        body["weights"] = list(header.weights)
    return json.dumps(body, separators=(",", ":"))


def write_message(message: Message) -> str:
    """One message as a line, without a line end."""
    body: dict[str, Json] = {
        "t": message.host_t,
        "topic": message.topic,
        "payload": base64.b64encode(message.payload).decode("ascii"),
        "retain": message.retain,
        "qos": message.qos,
    }
    return json.dumps(body, separators=(",", ":"))


def read_capture(lines: Iterable[str]) -> tuple[Header, Iterator[Message]]:
    """The header, and the messages as they are read; raises CaptureError at the line at fault."""
    numbered = enumerate(lines, start=1)
    _, first = next(numbered, (1, ""))
    return _read_header(first), (_read_message(number, line) for number, line in numbered)


def _read_header(line: str) -> Header:
    body = _object(1, line)
    version = body.get("halcyon_capture")
    if version != FORMAT:
        if version is None:
            raise CaptureError("line 1: not a capture: the first line lacks halcyon_capture")
        raise CaptureError(
            f"line 1: a capture of version {version!r}, but this engine reads version {FORMAT}"
        )
    config, zone, engine = body.get("config"), body.get("tz"), body.get("engine")
    weights = body.get("weights", [])
    try:
        house = None if config is None else house_from_json(config, "home")
    except HouseError as error:
        raise CaptureError(f"line 1: config: {error}") from error
    return Header(
        house=house,
        zone=zone if isinstance(zone, str) else None,
        engine=engine if isinstance(engine, str) else None,
        weights=tuple(map(str, weights)) if isinstance(weights, list) else (),
    )


def _read_message(number: int, line: str) -> Message:
    body = _object(number, line)
    t, topic, payload = body.get("t"), body.get("topic"), body.get("payload")
    retain, qos = body.get("retain", False), body.get("qos", 0)
    # Compared, not converted: JSON has integers that no float can hold.
    if isinstance(t, bool) or not isinstance(t, int | float) or not abs(t) <= sys.float_info.max:
        raise CaptureError(f"line {number}: t must be a number of unix seconds")
    if not isinstance(topic, str) or not isinstance(payload, str):
        raise CaptureError(f"line {number}: topic and payload must be texts")
    if not isinstance(retain, bool) or isinstance(qos, bool) or qos not in (0, 1, 2):
        raise CaptureError(f"line {number}: retain must be true or false, and qos 0, 1 or 2")
    try:
        data = base64.b64decode(payload, validate=True)
    except ValueError as error:
        raise CaptureError(f"line {number}: payload is not base64") from error
    return Message(topic, data, float(t), retain, int(qos))


def _object(number: int, line: str) -> dict[str, Json]:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CaptureError(f"line {number}: not JSON") from error
    if not isinstance(body, dict):
        raise CaptureError(f"line {number}: not an object")
    return body
