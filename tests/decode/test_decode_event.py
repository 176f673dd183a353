import pytest

from halcyon.core.reading import Acknowledged, Motion, MotionLevel, NodeEvent
from halcyon.core.snapshot import Json
from halcyon.decode.event import SeenEvents, read_acknowledged, read_event, read_id
from halcyon.decode.malformed import MalformedError

DAY = 24 * 3600.0


def test_an_event_holds_its_own_keys() -> None:
    body: dict[str, Json] = {"id": "e1", "b": 1, "n": 0, "ms": 5, "t": 9, "name": "left", "long": 1}
    assert read_event("button", "e1", body) == NodeEvent(
        "button", "e1", (("long", 1), ("name", "left"))
    )


def test_a_motion_event_is_motion() -> None:
    assert read_event("motion", "e1", {"state": "major"}) == Motion(MotionLevel.MAJOR)
    with pytest.raises(MalformedError):
        read_event("motion", "e1", {"state": 1})


@pytest.mark.parametrize("name", [None, "", 7, "x" * 65, "a\nb"])
def test_an_event_needs_an_id(name: Json) -> None:
    with pytest.raises(MalformedError):
        read_id({"id": name})


def test_acknowledgements() -> None:
    assert read_acknowledged("rate", {"id": "c1", "ok": True}) == Acknowledged(
        "rate", "c1", ok=True
    )
    assert read_acknowledged("rate", {"id": "c1", "ok": False, "error": "no"}) == Acknowledged(
        "rate", "c1", ok=False, error="no"
    )


@pytest.mark.parametrize("body", [{"id": "c1"}, {"ok": True}, {"id": "c1", "ok": 1}])
def test_what_is_no_acknowledgement(body: dict[str, Json]) -> None:
    with pytest.raises(MalformedError):
        read_acknowledged("rate", body)


def test_an_id_is_known_for_a_day() -> None:
    seen = SeenEvents()
    assert seen.is_new("a", 0.0)
    assert not seen.is_new("a", DAY - 1)
    assert seen.is_new("a", DAY)
    assert not seen.is_new("a", 2 * DAY - 1)


def test_a_node_that_invents_ids_costs_little() -> None:
    seen = SeenEvents()
    assert all(seen.is_new(str(number), 0.0) for number in range(5000))
    kept = seen.snapshot()
    assert isinstance(kept, list)
    assert len(kept) <= 1024
    assert not seen.is_new("4999", 0.0)


def test_ids_survive_a_restart() -> None:
    before, after = SeenEvents(), SeenEvents()
    before.is_new("a", 5.0)
    after.restore(before.snapshot())
    assert not after.is_new("a", 6.0)
