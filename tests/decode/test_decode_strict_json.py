from hypothesis import given, strategies as st
import pytest

from halcyon.core.snapshot import Json
from halcyon.decode.malformed import MalformedError
from halcyon.decode.strict_json import Members, as_number, parse_object, scalar_fields


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":[-1e999]}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        b'{"\\udc00":1}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":[[[[1]]]]}',
        b'{"a":{"b":{"c":{"d":{}}}}}',
        b"[" * 2000,
        b'{"a":' * 300,
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":1} {"b":2}',
    ],
)
def test_what_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_object(payload, 8192)


@pytest.mark.parametrize(
    ("payload", "body"),
    [
        (b"{}", {}),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'{"a":[[[1]]]}', {"a": [[[1]]]}),
        ('{"a":"\N{SNOWMAN}"}'.encode(), {"a": "\N{SNOWMAN}"}),
        (b'{"a":"\\ud83d\\ude00"}', {"a": "\N{GRINNING FACE}"}),
        (b'{"a":"[[[[[[{{{"}', {"a": "[[[[[[{{{"}),
        (b' {"a" : null} \n', {"a": None}),
    ],
)
def test_what_is_taken(payload: bytes, body: object) -> None:
    assert parse_object(payload, 64) == body


def test_one_byte_too_many() -> None:
    assert parse_object(b'{"a":1}', 7) == {"a": 1}
    with pytest.raises(MalformedError, match="7 bytes are more than the 6 allowed"):
        parse_object(b'{"a":1}', 6)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_an_object_or_are_malformed(payload: bytes) -> None:
    try:
        body = parse_object(payload, 100)
    except MalformedError:
        return
    assert isinstance(body, dict)


@pytest.mark.parametrize(
    "value",
    [True, False, "1", None, [], {}, float("nan"), float("inf"), 1e999, 10**400, -(10**400)],
)
def test_what_is_no_number(value: Json) -> None:
    assert as_number(value) is None


def test_numbers_within_limits() -> None:
    assert as_number(0, 0.0, 1.0) == 0.0
    assert as_number(1, 0.0, 1.0) == 1.0
    assert as_number(1.0001, 0.0, 1.0) is None


def test_absent_and_null_are_not_wrong() -> None:
    members = Members({"good": 3, "null": None})
    assert [members.number(key) for key in ("good", "null", "absent")] == [3.0, None, None]
    assert members.wrong is None


def test_a_wrong_member_is_named_and_costs_no_other() -> None:
    members = Members({"good": 3, "bad": "3"})
    assert members.number("bad") is None
    assert members.number("good") == 3.0
    assert members.wrong == "bad"


def test_members_of_every_type() -> None:
    members = Members({"n": 7, "x": True, "t": "text", "l": [1], "o": {"k": 1}})
    assert members.whole("n", 0, 7) == 7
    assert members.flag("x") is True
    assert members.text("t", 4) == "text"
    assert members.rows("l") == [1]
    assert members.members("o") == {"k": 1}
    assert members.wrong is None


@pytest.mark.parametrize("text", ["", "12345", "a\nb", "\x00", "\u202e"])
def test_texts_that_are_not_printable_or_not_of_the_length(text: str) -> None:
    members = Members({"t": text})
    assert members.text("t", 4) is None
    assert members.wrong == "t"


def test_scalar_fields_leave_out_what_is_nested() -> None:
    body: dict[str, Json] = {
        "z": 1,
        "a": "x",
        "list": [1],
        "object": {},
        "id": "7",
        "n": None,
        "huge": 10**400,
    }
    assert scalar_fields(body, frozenset({"id"})) == (("a", "x"), ("n", None), ("z", 1))
