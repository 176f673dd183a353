"""Commands: each is answered once, and what came too late or twice is not obeyed."""

import json

from hypothesis import given, strategies as st
import pytest

from halcyon_speaker.commands import Asked, Inbox, RefusedError, Settled

NOW = 1_800_000_000.0


def read(inbox: Inbox, **body: object) -> Asked | Settled | None:
    return inbox.read("rate", json.dumps(body).encode(), NOW)


def test_a_command_in_time_is_to_be_obeyed() -> None:
    assert read(Inbox(), id="a", expires=NOW + 1, hz=5) == Asked(
        "rate", "a", {"id": "a", "expires": NOW + 1, "hz": 5}
    )


def test_an_expired_command_is_refused_with_a_remedy() -> None:
    settled = read(Inbox(), id="a", expires=NOW - 0.1)
    assert isinstance(settled, Settled)
    assert settled.error is not None
    assert "expired" in settled.error
    assert "network time" in settled.error


@pytest.mark.parametrize("op", ["ring", "snooze", "dismiss", "cancel"])
def test_an_alarm_is_rung_and_silenced_however_late(op: str) -> None:
    body = json.dumps({"id": "a", "expires": NOW - 3600, "op": op}).encode()
    assert isinstance(Inbox().read("alarm", body, NOW), Asked)
    assert isinstance(Inbox().read("play", body, NOW), Settled)


@pytest.mark.parametrize("op", ["set", [], None])
def test_an_alarm_is_not_set_by_what_is_late(op: object) -> None:
    body = json.dumps({"id": "a", "expires": NOW - 1, "op": op}).encode()
    assert isinstance(Inbox().read("alarm", body, NOW), Settled)


def test_a_node_that_knows_no_time_obeys() -> None:
    body = json.dumps({"id": "a", "expires": NOW}).encode()
    assert isinstance(Inbox().read("rate", body, 86_400.0), Asked)


@pytest.mark.parametrize("error", [None, "no"])
def test_what_comes_again_is_only_answered_again(error: str | None) -> None:
    inbox = Inbox()
    assert isinstance(read(inbox, id="a"), Asked)
    inbox.settle("a", error)
    assert read(inbox, id="a", expires=NOW - 5) == Settled("a", error)
    assert isinstance(read(inbox, id="b"), Asked)


def test_only_so_many_answers_are_remembered() -> None:
    inbox = Inbox()
    for number in range(1000):
        inbox.settle(str(number), None)
    assert isinstance(read(inbox, id="0"), Asked)
    assert isinstance(read(inbox, id="999"), Settled)


@given(st.binary(max_size=200))
def test_no_payload_raises(payload: bytes) -> None:
    Inbox().read("rate", payload, NOW)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"id":7}', b'{"id":""}', b"x" * 5000])
def test_what_cannot_be_answered_is_ignored(payload: bytes) -> None:
    assert Inbox().read("rate", payload, NOW) is None


def test_members_of_a_wrong_kind_are_refused_by_name() -> None:
    asked = Asked("emit", "a", {"level_db": "loud", "pets": 1, "kind": 7, "big": 10**400})
    with pytest.raises(RefusedError, match="level_db must be a number from -90 to 0"):
        asked.number("level_db", -90, 0)
    with pytest.raises(RefusedError, match="big must be a number"):
        asked.number("big", 0, 1)
    with pytest.raises(RefusedError, match="pets must be true or false"):
        asked.flag("pets")
    with pytest.raises(RefusedError, match="kind must be a text"):
        asked.text("kind")
    assert asked.number("absent", 0, 1) is None
