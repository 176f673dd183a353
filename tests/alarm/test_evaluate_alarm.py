from collections.abc import Sequence
import json
from pathlib import Path

import numpy as np
import pytest

from halcyon.cli import main
from halcyon.core.sleep import Stage
from halcyon.decide.alarm.hearsay import TRUTH
from halcyon.decide.alarm.population import ANYBODY, COUNTS
from halcyon.evaluate.alarm.evaluation import gather, report
from halcyon.evaluate.alarm.frontier import Point, above_chord, at_most, point
from halcyon.evaluate.alarm.outcome import LAST, WINDOW, Outcome, first_epoch, outcome
from halcyon.evaluate.alarm.people import Others, Person, scored
from halcyon.evaluate.alarm.rules import first_light, fixed, markov, our_stops
from halcyon.evaluate.alarm.staged import Told, best

W, L, D, R = tuple(Stage)


def _night(seed: int, epochs: int = 700) -> tuple[Stage, ...]:
    """A night drawn from the population's own figures, stage after stage."""
    rng, stage, found = np.random.default_rng(seed), 1, []
    follows = COUNTS.sum((0, 2))
    for _ in range(epochs):
        stage = int(rng.choice(4, p=follows[stage] / follows[stage].sum()))
        found.append(tuple(Stage)[stage])
    return tuple(found)


def test_a_fixed_alarm_loses_nothing_and_hits_what_is_there() -> None:
    stages = [D] * 400 + [L] * 200
    found = outcome(fixed(scored(stages)), stages)
    assert found is not None
    assert found.light == pytest.approx(200 / 300)
    assert found.lost == 0.0


def test_first_light_loses_what_it_does_not_wait_for() -> None:
    stages = [L] * 600
    assert outcome(first_light(scored(stages)), stages) == Outcome(1.0, 30.0)
    stages = [D] * 600
    assert outcome(first_light(scored(stages)), stages) == Outcome(0.0, 0.0)


def test_a_ring_is_the_first_that_the_rule_allows() -> None:
    stages = [D] * 600
    stops = np.zeros((WINDOW + 1, 600), bool)
    stops[20] = True
    stops[5] = True
    assert outcome(stops, stages) == Outcome(0.0, 10.0)


def test_a_night_too_short_has_no_deadline() -> None:
    assert outcome(fixed(scored([L] * WINDOW)), [L] * WINDOW) is None
    assert first_epoch(LAST + WINDOW + 10) == 10


def test_what_nobody_scored_does_not_count() -> None:
    stages: list[Stage | None] = [D] * 590 + [None] * 10
    found = outcome(fixed(scored(stages)), stages)
    assert found == Outcome(0.0, 0.0)


def test_a_coin_is_on_its_own_line() -> None:
    low, high = (Point("", None, np.array([[a, b]] * 5)) for a, b in ((0.6, 0.0), (1.0, 20.0)))
    middle = Point("", 50.0, np.array([[0.8, 10.0]] * 5))
    assert above_chord(middle, low, high).value == pytest.approx(0)
    better = Point("", 50.0, np.array([[0.9, 10.0]] * 5))
    assert above_chord(better, low, high).value == pytest.approx(0.1)
    assert at_most([low, better, high], 5.0) == pytest.approx([0.75, 5.0])
    assert at_most([low, better], 15.0) == pytest.approx([0.9, 10.0])


def test_a_person_is_one_however_many_nights() -> None:
    both = point("", None, [[Outcome(1.0, 2.0), Outcome(0.0, 4.0)], [Outcome(1.0, 0.0)]])
    assert both.people.tolist() == [[0.5, 3.0], [1.0, 0.0]]
    assert both.light.value == pytest.approx(0.75)


def test_without_errors_ours_is_at_least_as_good_as_a_chain_of_stages() -> None:
    """On nights that are such a chain; real people are in docs/evaluation.md."""
    nights = [_night(seed) for seed in range(12)]
    follows = COUNTS.sum((0, 2))

    def mean(stops: Sequence[np.ndarray]) -> float:
        found = [outcome(own, stages) for own, stages in zip(stops, nights, strict=True)]
        return float(np.mean([one.light - one.lost / 100 for one in found if one]))

    chain = mean([markov(scored(stages), follows, 100.0) for stages in nights])
    ours = mean([our_stops(scored(stages), ANYBODY, TRUTH, [100.0])[0] for stages in nights])
    assert ours > mean([fixed(scored(stages)) for stages in nights])
    assert ours > mean([first_light(scored(stages)) for stages in nights])
    assert ours > chain - 0.02


def _write(folder: Path, people: int) -> None:
    """Hypnograms as ucddb has them."""
    codes = {W: "0", R: "1", L: "3", D: "4"}
    (folder / "sleep" / "ucddb").mkdir(parents=True)
    for n in range(people):
        text = "\n".join(codes[stage] for stage in _night(n, 480))
        (folder / "sleep" / "ucddb" / f"ucddb{n:03}_stage.txt").write_text(text)


def test_the_command_prints_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, 4)
    assert main(["evaluate", "alarm", "--data", str(tmp_path), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    tables = {row["table"] for row in rows}
    assert tables == {"alarm_targets", "alarm_rules", "alarm_sources"}
    ours = [row for row in rows if row.get("rule") == "Halcyon"]
    assert [row["patience, min"] for row in ours] == sorted(row["patience, min"] for row in ours)
    assert all(0 <= row["rung in light sleep or wake, %"][0] <= 100 for row in ours)


def test_the_command_needs_recordings(tmp_path: Path) -> None:
    assert main(["evaluate", "alarm", "--data", str(tmp_path)]) == 2
    assert main(["evaluate", "alarm", "--data", str(tmp_path), "--cv"]) == 2


def test_nobody_is_judged_by_their_own_nights(tmp_path: Path) -> None:
    _write(tmp_path, 3)
    found = gather(tmp_path, lambda _what: None)
    (frontier,) = found.frontiers
    others = Others(frontier.people)
    one = frontier.people[0]
    rest = sum(person.counts for person in frontier.people[1:])
    assert others.follows(one) == pytest.approx(np.asarray(rest).sum((0, 2)))
    assert len(list(report(found))) == 3


def test_what_is_assumed_of_a_stager_is_of_other_people() -> None:
    people = [Person("ucddb", str(n), (_night(n, 450),), COUNTS / 100) for n in range(5)]
    nights = [Told(each, each.nights[0], tuple(scored(each.nights[0]))) for each in people]
    everybody, each = best(nights, Others(people), lambda _what: None)
    assert set(each) == {"0", "1", "2", "3", "4"}
    assert everybody.weight == max(one.weight for one in each.values())
