"""A capture read back is what was written, and a broken line is named."""

import json

from hypothesis import given, strategies as st
import pytest

from halcyon.core.capture import CaptureError, Header, read_capture, write_header, write_message
from halcyon.core.house import House, Mount, Room, Sleeper, Zone, ZoneKind
from halcyon.core.message import Message

messages = st.builds(
    Message,
    topic=st.text(max_size=40),
    payload=st.binary(max_size=200),
    host_t=st.floats(0, 2e9, allow_nan=False),
    retain=st.booleans(),
    qos=st.sampled_from([0, 1, 2]),
)

HOUSE = House(
    "home",
    (
        Room(
            "bedroom",
            mounts=(Mount("bed-1", x=1.0, y=-2.0, rotation=90.0, mirrored=True, reach=3.0),),
            zones=(Zone("bed", ZoneKind.BED, ((0.0, 0.0), (2.0, 0.0), (2.0, 1.5))),),
            sleepers=(Sleeper("left", "bed-1"),),
        ),
    ),
)


@given(st.lists(messages, max_size=10))
def test_messages_survive(written: list[Message]) -> None:
    header = Header(HOUSE, "Europe/Vienna", "0.1.0", ("ab",))
    lines = [write_header(header), *map(write_message, written)]
    read_header, read = read_capture(lines)
    assert read_header == header
    assert list(read) == written


def test_only_the_version_is_required_of_a_header() -> None:
    header, read = read_capture(['{"halcyon_capture":1}'])
    assert header == Header()
    assert list(read) == []


@pytest.mark.parametrize(
    ("first", "match"),
    [
        ("", "line 1: not JSON"),
        ("[]", "line 1: not an object"),
        ("{}", "lacks halcyon_capture"),
        ('{"halcyon_capture":2}', "version 2"),
    ],
)
def test_a_file_that_is_no_capture_is_refused(first: str, match: str) -> None:
    with pytest.raises(CaptureError, match=match):
        read_capture([first])


GOOD = {"t": 1.0, "topic": "a", "payload": ""}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "1",
        json.dumps({**GOOD, "t": "1"}),
        json.dumps({**GOOD, "t": True}),
        json.dumps({**GOOD, "t": 10**400}),
        json.dumps({**GOOD, "payload": "é"}),
        json.dumps({**GOOD, "topic": None}),
        json.dumps({**GOOD, "payload": "*"}),
        json.dumps({**GOOD, "retain": 1}),
        json.dumps({**GOOD, "qos": 3}),
        '{"t":NaN,"topic":"a","payload":""}',
        "[" * 5000,
    ],
)
def test_a_broken_line_is_named_and_what_came_before_is_kept(line: str) -> None:
    _, read = read_capture(['{"halcyon_capture":1}', json.dumps(GOOD), line])
    assert next(read) == Message("a", b"", 1.0)
    with pytest.raises(CaptureError, match="line 3"):
        next(read)
