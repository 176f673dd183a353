"""The evaluation of simulated nights, on a small sample of them."""

from collections.abc import Callable
import json

import numpy as np
import pytest

from halcyon.core.output import SessionEvent
from halcyon.core.sleep import Hypnogram, Stage
from halcyon.decide.home import Home
from halcyon.evaluate.nights import counting, evaluation, trials
from halcyon.evaluate.nights.playing import START, Heard, hear, house
from halcyon.evaluate.nights.scores import following, score
from halcyon.evaluate.report import Table, json_lines, markdown
from halcyon.simulate.nights import Doing, Night, Order, draw_household, draw_night

CYCLE = (Stage.LIGHT,) * 20 + (Stage.DEEP,) * 20 + (Stage.LIGHT,) * 10 + (Stage.REM,) * 10


def night(module: str = "breath", **order: object) -> Night:
    hypnogram = Hypnogram(0.0, (Stage.AWAKE,) * 16 + CYCLE)
    made = Order(module=module, hypnogram=hypnogram, activity=Doing.LYING, trips=0, faults=False)
    return draw_night(7, "train", Order(**{**_fields(made), **order}))  # type: ignore[arg-type]


def _fields(order: Order) -> dict[str, object]:
    return {name: getattr(order, name) for name in order.__slots__}


@pytest.fixture(scope="module")
def heard() -> tuple[Night, Heard]:
    drawn = night()
    return drawn, hear(drawn)


def test_one_person_is_found_and_has_one_session(heard: tuple[Night, Heard]) -> None:
    drawn, said = heard
    found = score(drawn, said)
    assert found.noticed[0] is not None
    assert found.noticed[0] <= 60.0
    assert found.found[0] is not None
    assert found.found[0] <= 90.0
    assert (found.sessions, found.false) == (1, 0)
    assert found.following.held >= 0.95 * found.following.own
    assert found.following.alone == 0


def test_scores_are_those_of_what_was_said(heard: tuple[Night, Heard]) -> None:
    drawn, _ = heard
    spent = drawn.owner
    assert spent is not None
    assert spent.asleep is not None
    told = Heard(drawn.seconds, START)
    told.in_bed.extend([(spent.bed + 30.0, True), (spent.up, False)])
    told.sessions.extend(
        [
            (spent.bed, SessionEvent.STARTED, None),
            (spent.asleep + 120.0, SessionEvent.FELL_ASLEEP, None),
            (0.0, SessionEvent.STARTED, None),
            (spent.up, SessionEvent.ENDED, {"tried": START + spent.tried - 60.0}),
        ]
    )
    found = score(drawn, told)
    assert found.found == (30.0,)
    assert found.noticed == (None,)
    assert (found.onset, found.tried, found.woke) == (120.0, -60.0, None)
    assert (found.sessions, found.false) == (2, 0)
    kept = following(drawn, told)
    assert kept.held >= kept.own - 1


def test_a_session_hours_before_the_owner_is_false() -> None:
    late = night(hypnogram=Hypnogram(0.0, CYCLE))
    told = Heard(late.seconds, START)
    told.sessions.append((-3600.0, SessionEvent.STARTED, None))
    assert score(late, told).false == 1


def test_a_partner_who_stays_is_not_the_owner() -> None:
    home, people = Home(house()), draw_household(11, "train")
    hypnogram = Hypnogram(0.0, (Stage.AWAKE,) * 4 + CYCLE)
    order = Order("breath", hypnogram=hypnogram, trips=0, activity=Doing.LYING, faults=False)
    hear(draw_night(11, "train", order, people), home)
    both = Order(
        "breath", hypnogram=hypnogram, trips=0, apart=0.6, first=False, last=True, faults=False
    )
    drawn = draw_night(12, "train", both, people)
    kept = following(drawn, hear(drawn, home, START + 86_400.0))
    assert kept.held >= 0.95 * kept.own
    assert kept.alone > 300
    assert kept.taken <= 0.5 * kept.alone


def test_two_nodes_follow_two_people() -> None:
    hypnogram = Hypnogram(0.0, (Stage.AWAKE,) * 4 + CYCLE)
    for across in (False, True):
        drawn = night(
            hypnogram=hypnogram, apart=0.6, first=True, last=True, across=across, activity=None
        )
        kept = following(drawn, hear(drawn))
        assert kept.held >= 0.9 * kept.own


def test_the_tables_hold_a_row_for_everything() -> None:
    wanted = evaluation.Sizes(3, 0.3, 1, 0.2, 1, 0, 0.2)
    found = evaluation.Found(
        tuple(trials.empty_nights(wanted.empty, wanted.empty_hours)),
        tuple(trials.pairs(wanted.pairs, wanted.pair_hours)),
        tuple(trials.alone([Hypnogram(0.0, (Stage.AWAKE,) * 4 + CYCLE)], 1)),
        (),
        Table("stages", "Stages", ("nights",), ()),
    )
    names = set()
    for table in evaluation.report(found):
        names.add(table.name)
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert list(markdown(table))
        assert all(json.loads(line)["table"] == table.name for line in json_lines(table))
    assert {"targets", "empty", "found", "following", "sessions", "times"} <= names
    assert sum(night.sessions for night in found.empties) == 0


def test_stretches_and_transitions_are_counted() -> None:
    stages = (Stage.AWAKE, Stage.LIGHT, Stage.LIGHT, Stage.REM, None, Stage.LIGHT, Stage.AWAKE)
    counted = counting.count([Hypnogram(0.0, stages)])
    assert counted.nights == 1
    assert counted.shares.tolist() == [0.0, 0.75, 0.0, 0.25]
    assert counted.lengths[1] == pytest.approx(np.log([2, 1]).mean())
    assert counted.following[1, 3] == 1.0
    assert counted.by_part[0, 1].tolist() == [0.0, 0.5, 0.0, 0.5]


def test_each_change_changes_what_it_says() -> None:
    people, order = draw_household(3, "test"), Order()
    change: Callable[..., tuple[object, object]] = trials.CHANGES["0.4 m away"]
    assert change(people, order)[0] != people
    plain = trials.CHANGES["as drawn"](people, order)
    assert plain == (people, order)
    for name, each in trials.CHANGES.items():
        assert (each(people, order) == plain) is (name == "as drawn"), name
