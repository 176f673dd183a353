"""What was said is compared with the truth as a person with a stop watch would."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st
import pytest

from halcyon.simulate import Scenario, load_scenario
from halcyon.simulate.scoring import GRID, Score, score, score_presence, summary
from halcyon.simulate.vitals import Verdict

type Document = dict[str, Any]
type Timeline = list[tuple[float, bool]]


def truth(*stretches: tuple[float, bool]) -> Timeline:
    """Stretches of (seconds, somebody inside) one after the other, on the grid."""
    grid: Timeline = []
    for seconds, inside in stretches:
        begin = len(grid) * GRID
        grid += [(begin + step * GRID, inside) for step in range(int(seconds / GRID))]
    return grid


VISIT = truth((10, False), (20, True), (30, False))


def test_a_visit_that_is_followed() -> None:
    assert score(VISIT, [(11.0, True), (35.0, False)]) == Score(
        occupied=20.0, empty=40.0, delays=[1.0], releases=[5.0]
    )


def test_a_visit_that_is_never_seen() -> None:
    assert score(VISIT, []) == Score(occupied=20.0, empty=40.0, delays=[None])


def test_a_person_who_is_lost_and_found() -> None:
    scored = score(VISIT, [(10.0, True), (15.0, False), (18.0, True), (30.0, False)])
    assert scored.missed == 3.0
    assert scored.delays == [0.0]
    assert scored.releases == [0.0]


def test_a_room_that_turns_on_by_itself() -> None:
    scored = score(truth((60, False)), [(10.0, True), (25.0, False)])
    assert scored == Score(empty=60.0, ghost=15.0)


def test_a_ghost_that_somebody_joins_becomes_a_visit() -> None:
    scored = score(VISIT, [(5.0, True), (32.0, False)])
    assert scored.ghost == 5.0
    assert scored.delays == [0.0]
    assert scored.releases == [2.0]


def test_a_room_that_is_never_released() -> None:
    assert score(VISIT, [(10.0, True)]).releases == [None]


def test_a_visit_that_lasts_to_the_end() -> None:
    scored = score(truth((10, False), (20, True)), [(12.0, True)])
    assert scored == Score(occupied=20.0, empty=10.0, delays=[2.0])


edges = st.lists(st.integers(1, 200).map(lambda n: n * GRID), unique=True, max_size=12).map(sorted)


@given(there=edges, said=edges)
def test_every_second_is_counted_once(there: list[float], said: list[float]) -> None:
    grid = [(i * GRID, sum(edge <= i * GRID for edge in there) % 2 == 1) for i in range(220)]
    scored = score(grid, [(t, index % 2 == 0) for index, t in enumerate(said)])
    assert scored.occupied + scored.empty == 220 * GRID
    assert 0.0 <= scored.missed <= scored.occupied
    assert 0.0 <= scored.ghost <= scored.empty
    assert len(scored.delays) == (len(there) + 1) // 2
    assert all(delay is None or delay >= 0.0 for delay in [*scored.delays, *scored.releases])


def test_the_truth_scores_perfectly() -> None:
    assert score(VISIT, [(10.0, True), (30.0, False)]) == Score(
        occupied=20.0, empty=40.0, delays=[0.0], releases=[0.0]
    )


def test_a_scenario_is_scored_beside_the_baseline() -> None:
    scenario = replace(load_scenario("fan"), duration=600.0)
    (compared,) = score_presence(scenario, 1_795_000_000.0)
    assert compared.engine.occupied == compared.baseline.occupied > 0.0
    assert compared.engine.delays[0] is not None
    # The baseline takes every target for a person; that is what makes it the baseline.
    assert compared.baseline.ghost > compared.engine.ghost
    lines = list(summary([compared]))
    assert [line["rule"] for line in lines] == ["halcyon", "fixed hold"]
    assert lines[0]["entries"] == 1


def test_a_sleeper_whom_the_radar_itself_has_lost_stays_known_by_the_breath(
    bedroom: Callable[..., Document],
    sleeper: Document,
    build: Callable[[Document], Scenario],
    start: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    see = Verdict.see

    def lose(
        verdict: Verdict, t: float, *, present: bool, vital: bool, distance: float, unrest: float
    ) -> None:
        see(verdict, t, present=present, vital=vital, distance=distance, unrest=unrest)
        verdict.present = verdict.present and t < 200.0

    monkeypatch.setattr(Verdict, "see", lose)
    document = bedroom("mr60bha2", duration=600.0) | {"actors": [sleeper]}
    document["nodes"][0]["open"] = False
    [comparison] = score_presence(build(document), start)
    assert comparison.engine.missed == 0.0
    assert comparison.baseline.missed > 300.0
