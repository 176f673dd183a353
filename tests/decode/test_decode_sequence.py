from hypothesis import given, strategies as st
import pytest

from halcyon.core.snapshot import Json, SnapshotError
from halcyon.decode.sequence import Sequence
from halcyon.decode.stamp import Stamp
from halcyon.decode.timeline import Timeline

U32 = 2**32


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["s/a", "raw/b"]),
            st.integers(0, 5) | st.integers(U32 - 5, U32 - 1) | st.integers(0, U32 - 1),
        ),
        max_size=40,
    )
)
def test_the_rule_of_the_protocol(arrivals: list[tuple[str, int]]) -> None:
    sequence = Sequence()
    last: dict[str, int] = {}
    for topic, number in arrivals:
        d = (number - last.get(topic, number - 1)) % U32
        expected = None if d == 0 or d >= 2**31 else d - 1
        if expected is not None:
            last[topic] = number
        assert sequence.accept(topic, number) == expected


def test_gaps_duplicates_and_the_wrap() -> None:
    sequence = Sequence()
    taken = [sequence.accept("t", n) for n in (U32 - 2, U32 - 1, 0, 0, 4, 3)]
    assert taken == [0, 0, 0, None, 3, None]


def test_topics_are_counted_apart_and_anew_with_each_boot() -> None:
    sequence = Sequence()
    sequence.enter(1)
    sequence.accept("a", 5)
    assert sequence.accept("b", 5) == 0
    sequence.enter(2)
    assert sequence.accept("a", 0) == 0


def test_a_node_that_invents_topics_costs_little() -> None:
    sequence = Sequence()
    for number in range(1000):
        sequence.accept(f"s/{number}", 0)
    state = sequence.snapshot()
    assert isinstance(state, dict)
    assert isinstance(state["last"], dict)
    assert len(state["last"]) <= 64
    assert sequence.accept("s/999", 0) is None


@given(st.lists(st.integers(0, 12), max_size=60))
def test_boots_against_a_list_of_the_last_eight(boots: list[int]) -> None:
    timeline = Timeline()
    known: list[int] = []
    for number, boot in enumerate(boots):
        if boot not in known:
            known = [*known, boot][-8:]
        placed = timeline.place("t", Stamp(boot, number, 0.0), 100.0)
        assert (placed is not None) == (boot == known[-1])
        assert timeline.boot == known[-1]


def test_a_boot_that_is_entered_again_is_the_newest() -> None:
    sequence = Sequence()
    for boot in range(8):
        sequence.enter(boot)
    sequence.enter(0)
    assert sequence.boot == 0
    sequence.enter(8)
    assert sequence.knows(0)
    assert not sequence.knows(1)


def test_numbers_survive_a_restart() -> None:
    before, after = Sequence(), Sequence()
    before.enter(7)
    before.accept("t", 5)
    after.restore(before.snapshot())
    assert after.boot == 7
    assert after.accept("t", 5) is None
    assert after.accept("t", 8) == 2


@pytest.mark.parametrize(
    "state", [None, {}, {"boots": [-1], "last": {}}, {"boots": [], "last": {"t": 1.5}}]
)
def test_what_is_no_snapshot(state: Json) -> None:
    with pytest.raises(SnapshotError):
        Sequence().restore(state)
