from collections.abc import Mapping
from itertools import combinations

from hypothesis import given, strategies as st
import pytest

from halcyon.decide.carriers import SPACING_HZ, Tunable, assign

LOW, HIGH = 18_500.0, 22_000.0


def clique(names: str) -> list[tuple[str, str]]:
    return list(combinations(names, 2))


def fine(given_: Mapping[str, float | None], hearing: list[tuple[str, str]]) -> bool:
    pairs = [(given_.get(a), given_.get(b)) for a, b in hearing if a != b]
    return all(
        one is None or other is None or abs(one - other) >= SPACING_HZ for one, other in pairs
    )


def test_who_hears_nobody_stays() -> None:
    nodes = {"a": Tunable(20_000.0, LOW, HIGH), "b": Tunable(20_000.0, LOW, HIGH)}
    assert assign(nodes, []) == {"a": 20_000.0, "b": 20_000.0}


def test_of_two_on_one_carrier_one_moves_just_far_enough() -> None:
    nodes = {"a": Tunable(21_000.0, LOW, HIGH), "b": Tunable(21_000.0, LOW, HIGH)}
    found = assign(nodes, clique("ab"))
    assert fine(found, clique("ab"))
    assert [found[name] for name in "ab"].count(21_000.0) == 1


def test_the_one_moves_that_frees_both_others() -> None:
    nodes = {
        name: Tunable(carrier, LOW, 24_000.0)
        for name, carrier in (("a", 19_000.0), ("b", 19_900.0), ("c", 20_800.0))
    }
    found = assign(nodes, clique("abc"))
    assert (found["a"], found["c"]) == (19_000.0, 20_800.0)
    assert fine(found, clique("abc"))


def test_a_new_node_is_put_as_high_as_it_can_go() -> None:
    nodes = {"old": Tunable(20_000.0, LOW, HIGH), "new": Tunable(None, LOW, HIGH)}
    assert assign(nodes, [("new", "old")]) == {"old": 20_000.0, "new": HIGH}


def test_nobody_is_put_where_its_hardware_cannot_go() -> None:
    nodes = {"a": Tunable(21_600.0, 18_500.0, 22_000.0), "b": Tunable(33_000.0, 32_000.0, 40_000.0)}
    assert assign(nodes, clique("ab")) == {"a": 21_600.0, "b": 33_000.0}
    moved = assign({"a": Tunable(30_000.0, LOW, HIGH)}, [])
    assert moved == {"a": HIGH}


def test_who_finds_no_place_is_told_and_the_others_have_theirs() -> None:
    nodes = {name: Tunable(20_000.0, 19_800.0, 20_200.0) for name in "abc"}
    found = assign(nodes, clique("abc"))
    assert sorted(found.values(), key=str) == [20_000.0, None, None]


def test_unknown_names_and_nodes_that_hear_themselves_are_ignored() -> None:
    nodes = {"a": Tunable(20_000.0, LOW, HIGH)}
    assert assign(nodes, [("a", "a"), ("a", "ghost")]) == {"a": 20_000.0}
    assert assign({}, [("a", "b")]) == {}


tunables = st.builds(
    lambda carrier, lowest, width: Tunable(carrier, lowest, lowest + width),
    st.none() | st.floats(18_000, 24_000),
    st.floats(18_000, 22_000),
    st.floats(200, 6000),
)
homes = st.dictionaries(st.sampled_from("abcdef"), tunables, max_size=6)
pairs = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12)


@given(homes, pairs)
def test_what_is_given_fits_and_lasts(
    nodes: dict[str, Tunable], hearing: list[tuple[str, str]]
) -> None:
    found = assign(nodes, hearing)
    assert set(found) == set(nodes)
    assert fine(found, hearing)
    for name, carrier in found.items():
        node = nodes[name]
        assert carrier is None or node.lowest <= carrier <= node.highest
    turned = dict(reversed(nodes.items()))
    assert assign(turned, [(b, a) for a, b in reversed(hearing)]) == found
    if None not in found.values():
        settled = {
            name: Tunable(found[name], node.lowest, node.highest) for name, node in nodes.items()
        }
        assert assign(settled, hearing) == found


@given(homes, pairs)
def test_nobody_moves_without_need(
    nodes: dict[str, Tunable], hearing: list[tuple[str, str]]
) -> None:
    present = {name: node.carrier for name, node in nodes.items()}
    legal = all(
        node.carrier is not None and node.lowest <= node.carrier <= node.highest
        for node in nodes.values()
    )
    if legal and fine(present, hearing):
        assert assign(nodes, hearing) == present


@pytest.mark.parametrize("count", [2, 4, 9, 20])
def test_rooms_with_many_nodes_are_answered_at_once(count: int) -> None:
    names = [f"n{k:02}" for k in range(count)]
    nodes = {name: Tunable(20_000.0, LOW, 22_100.0) for name in names}
    hearing = list(combinations(names, 2))
    found = assign(nodes, hearing)
    assert fine(found, hearing)
    assert sum(each is not None for each in found.values()) >= min(count, 3)
