"""Learning to stage sleep, from files to weights, on nights made up for it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
import sys

import numpy as np
import pytest
from training.network.onnx_export import opened, step_model
from training.network.parity import compare
from training.sleep.corpus import LENGTH, Blur, Corpus, whole
from training.sleep.crossing import boosting, crossed
from training.sleep.deciding import Judged, as_revised, as_told, follows_of, rule_for
from training.sleep.ensemble import side_by_side
from training.sleep.export import read, write
from training.sleep.fitting import Course, trained, weights_of
from training.sleep.learning import MEMBERS, dealt, learned
from training.sleep.recorded import UNSCORED, Recorded, _keep, gathered, recorded
from training.sleep.simulated import SIMULATED, Sensor, breathing
from training.sleep.spoil import Chances, spoiled
from training.sleep.train import main

from halcyon.core.sleep import Hypnogram, Stage
from halcyon.evaluate.sleep.agreement import STAGES
from halcyon.evaluate.sleep.recordings.night import Channel, Night, Subject, Wave
from halcyon.sense.network import Network, Structure
from halcyon.sense.network.layers import Array
from halcyon.sense.sleep.contract import BREATH_RATE, COUNT, HEART_RATE, HEART_SPREAD, WIDTH
from halcyon.sense.sleep.decision import AWAKE, FAR, Decision, Rule, Weighing
from halcyon.sense.sleep.revision import revise
from halcyon.sense.sleep.stager import Stager

CODES = [0] * 40 + [2] * 160 + [3] * 80 + [5] * 60 + [-1] * 2 + [2] * 60 + [0] * 20
TINY = Course(dense=4, units=5, steps=3, batch=2)
DEEP, REM = FAR
EVEN = Weighing(0.5, 0.5, (0.0, 0.0, 0.0, 0.0))


def made_up(who: str, seed: int = 0, source: str = "sleep_accel") -> Recorded:
    rng = np.random.default_rng(seed)
    stages = np.array([{0: 0, 2: 1, 3: 2, 5: 3, -1: UNSCORED}[code] for code in CODES])
    channels = np.full((len(stages), COUNT), np.nan)
    channels[:, HEART_RATE] = np.log(60.0 + 12.0 * (stages == 0) + rng.normal(0, 1, len(stages)))
    channels[:, HEART_SPREAD] = np.log(1.0 + rng.random(len(stages)))
    return Recorded(f"{source}/{who}", f"{source}/{who}", channels, stages, lead=0)


@pytest.fixture(scope="module")
def nights() -> list[Recorded]:
    return [made_up(who, seed) for seed, who in enumerate("abcd")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people's files as Sleep-Accel has them."""
    root = tmp_path_factory.mktemp("data")
    for part in ("HR", "Sleep"):
        (root / "sleep" / "sleep_accel" / part).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for who in ("11", "12", "13"):
        folder = root / "sleep" / "sleep_accel"
        lines = [f"{30 * n} {code}\n" for n, code in enumerate(CODES)]
        (folder / "Sleep" / f"{who}_labeled_sleep.txt").write_text("".join(lines))
        t = np.arange(-300.0, 30.0 * len(CODES), 5.0)
        rates = 60 + rng.normal(0, 2, t.size)
        lines = [f"{a:.1f},{b:.0f}\n" for a, b in zip(t, rates, strict=True)]
        (folder / "HR" / f"{who}_heartrate.txt").write_text("".join(lines))
    return root


def test_from_files_to_weights_that_the_engine_runs(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command, twice: the same data and seed give the same weights and rule."""
    outs = [tmp_path / "first", tmp_path / "second"]
    monkeypatch.setattr("training.sleep.train.learned", partial(learned, members=1, parts=2))
    for out in outs:
        asked = ["train", "--data", str(data), "--work", str(tmp_path / "work"), "--out", str(out)]
        monkeypatch.setattr(sys, "argv", [*asked, "--steps", "2"])
        main()
    (network, rule), (again, same) = (read(out) for out in outs)
    assert network.sha256 == again.sha256
    assert rule == same
    assert network.structure.inputs == WIDTH
    people = (outs[0] / "stages_people.json").read_text(encoding="utf-8")
    assert '"sleep_accel/12"' in people
    assert Stager(network, rule).snapshot() is not None


def test_nights_are_kept_as_they_were_measured(data: Path, tmp_path: Path) -> None:
    first = gathered(data, tmp_path, ["sleep_accel", "slpdb"], lambda _: None)
    kept = gathered(tmp_path / "gone", tmp_path, ["sleep_accel"], lambda _: None)
    assert [each.person for each in kept] == ["sleep_accel/11", "sleep_accel/12", "sleep_accel/13"]
    for one, other in zip(first, kept, strict=True):
        np.testing.assert_array_equal(one.channels, other.channels)
        np.testing.assert_array_equal(one.stages, other.stages)
        assert one.lead == other.lead == 10


def test_nights_kept_for_another_contract_are_measured_anew(data: Path, tmp_path: Path) -> None:
    first = gathered(data, tmp_path, ["sleep_accel"], lambda _: None)
    narrower = [replace(each, channels=each.channels[:, :-1]) for each in first]
    _keep(tmp_path / "sleep_accel.npz", narrower)
    again = gathered(data, tmp_path, ["sleep_accel"], lambda _: None)
    assert [each.channels.shape[1] for each in again] == [COUNT] * 3


def test_a_belt_becomes_breathing() -> None:
    rate = 25.0
    t = np.arange(0.0, 300.0, 1.0 / rate)
    wave = Wave(Channel.THORAX, "RESP", 0.0, rate, np.sin(2 * np.pi * 0.25 * t).astype(np.float32))
    reference = Hypnogram(0.0, (Stage.LIGHT,) * 10)
    beats = np.asarray(np.arange(0.0, 300.0, 1.0), np.float64)
    night = Night("n", Subject("s"), dated=False, reference=reference, waves=(wave,), beats=beats)
    found = recorded(night)
    assert found is not None
    rates = found.channels[:, BREATH_RATE]
    assert np.exp(rates[np.isfinite(rates)]) == pytest.approx(15.0, abs=0.5)
    assert np.isfinite(rates).sum() >= 5
    assert recorded(Night("n", Subject("s"), dated=False, reference=reference)) is None


def test_made_up_breathing_goes_with_the_stages_of_many() -> None:
    stages = np.array([0, 1, 2, 3] * 100)
    radar = Sensor(SIMULATED, 0.0)
    rng = np.random.default_rng(1)
    found = np.stack([breathing(stages, radar, rng) for _ in range(60)])
    assert np.isnan(found[..., [n for n in range(COUNT) if n not in SIMULATED]]).all()

    def mean(place: int, stage: int) -> float:
        return float(np.nanmean(found[:, stages == stage, place]))

    *_, variability, regularity, _, _, share, _ = (0, *SIMULATED)
    assert mean(regularity, DEEP) > mean(regularity, 1) > mean(regularity, REM)
    assert mean(variability, DEEP) < mean(variability, 1) < mean(variability, REM)
    assert mean(share, AWAKE) > mean(share, REM) > mean(share, DEEP)
    rates_only = breathing(stages, Sensor((BREATH_RATE,), 0.0), rng)
    assert np.isnan(np.delete(rates_only, BREATH_RATE, axis=1)).all()


EVIDENCE = pytest.mark.parametrize("seed", range(12))


@EVIDENCE
def test_a_spoiled_night_keeps_its_labels(seed: int) -> None:
    """Whatever is done to a night, a heart that tells its stage goes on telling it."""
    night = made_up("a")
    rng = np.random.default_rng(seed)
    channels, stages = spoiled(night, LENGTH, rng, Chances(simulated=0.0, gaps=0.0))
    assert channels.shape == (LENGTH, COUNT)
    assert stages.shape == (LENGTH,)
    known = (stages != UNSCORED) & np.isfinite(channels[:, HEART_RATE])
    awake = channels[known & (stages == AWAKE), HEART_RATE]
    asleep = channels[known & (stages != AWAKE), HEART_RATE]
    assert asleep.size > 0
    if awake.size:
        assert np.median(awake) > np.median(asleep) + 0.05
    beyond = np.isnan(channels).all(1)
    assert (stages[beyond] == UNSCORED).all()


def test_batches_are_the_same_from_the_same_seed(nights: list[Recorded]) -> None:
    def batch() -> Array:
        corpus = Corpus(nights, weights_of(nights, 0.5), 5, Chances(), Blur())
        return corpus.draw(3, np.random.default_rng(7)).x

    first = batch()
    assert first.shape == (3, LENGTH, WIDTH)
    np.testing.assert_array_equal(first, batch())


def test_each_set_says_how_much_its_own_wake_counts(nights: list[Recorded]) -> None:
    restless = made_up("p", source="slpdb")
    restless.stages[:] = AWAKE
    alone, both = weights_of(nights, 0.5), weights_of([*nights, restless], 0.5)
    np.testing.assert_array_equal(both["sleep_accel"], alone["sleep_accel"])
    assert both["sleep_accel"][AWAKE] > both["sleep_accel"][1]
    assert both["slpdb"][AWAKE] < both["slpdb"][1]
    corpus = Corpus([restless], both, 5, Chances(), Blur())
    drawn = corpus.draw(2, np.random.default_rng(7)).counts
    np.testing.assert_array_equal(drawn, np.stack([both["slpdb"]] * 2))


def test_side_by_side_says_what_members_say_on_average(nights: list[Recorded]) -> None:
    members = [trained(nights, Course(dense=4, units=5, steps=2, batch=2, seed=n)) for n in (1, 2)]
    x, _ = whole(nights[:1])
    logs = [np.log(member.run(x)[0]) for member in members]
    mean = np.exp(np.mean(logs, axis=0))
    expected = mean / mean.sum(-1, keepdims=True)
    np.testing.assert_allclose(side_by_side(members).run(x)[0], expected, atol=1e-5)
    other = Structure(WIDTH, Course(dense=4, units=5).structure.layers[:-1])
    with pytest.raises(ValueError, match="to probabilities"):
        side_by_side([members[0], Network(other, members[1].weights)])


def test_people_are_dealt_out_whole_and_evenly() -> None:
    several = [made_up(who) for who in "abcdefgh"] + [made_up("x", source="slpdb")] * 2
    parts = dealt(several, 4, seed=1)
    own = [part for person, part in parts.items() if person.startswith("sleep_accel")]
    assert sorted(own) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert len(parts) == 9
    assert parts == dealt(several, 4, seed=1)


@pytest.fixture
def judged(nights: list[Recorded]) -> Judged:
    rng = np.random.default_rng(3)
    stages = np.stack([night.stages for night in nights])
    said = rng.dirichlet(np.full(4, 0.5), stages.shape)
    for code in range(4):
        said[stages == code, code] += 0.6
    measured = rng.random(stages.shape) < 0.9
    return Judged(said / said.sum(-1, keepdims=True), measured, stages)


def test_many_nights_are_decided_as_each_would_be(judged: Judged, nights: list[Recorded]) -> None:
    follows = follows_of(nights)
    a, b, c, d = (tuple(float(p) for p in row) for row in follows)
    rule = Rule(EVEN, EVEN, (a, b, c, d))  # type: ignore[arg-type]
    live, revised = as_told(judged, EVEN, follows), as_revised(judged, EVEN, follows)
    for n in range(len(judged.stages)):
        decision, given = Decision(rule), []
        for t, is_measured in enumerate(judged.measured[n]):
            probabilities = tuple(float(p) for p in judged.said[n, t])
            given.append(probabilities if is_measured else None)
            if is_measured:
                assert decision.step(probabilities)[0] is STAGES[live[n, t]]  # type: ignore[arg-type]
            else:
                decision.skip()
        for t, stage in enumerate(revise(given, rule)):  # type: ignore[arg-type]
            assert stage is (STAGES[revised[n, t]] if given[t] is not None else None)


def test_the_rule_keeps_the_shares_of_stages(judged: Judged, nights: list[Recorded]) -> None:
    rule = rule_for(judged, follows_of(nights))
    told = as_told(judged, rule.live, np.array(rule.follows))
    known = (judged.stages != UNSCORED) & judged.measured
    for code in range(4):
        share = (told[known] == code).mean() - (judged.stages[known] == code).mean()
        assert abs(share) < 0.05
    agreed = (told == judged.stages)[known].mean()
    assert agreed > (judged.said.argmax(-1) == judged.stages)[known].mean()


def test_what_is_learned_can_be_kept_and_exported(nights: list[Recorded], tmp_path: Path) -> None:
    """Weights survive their files, and a step of them is the same by onnxruntime."""
    found = learned(nights, TINY, members=1, parts=2, told=lambda _: None)
    write(tmp_path, found.network, found.rule, ["a"])
    network, rule = read(tmp_path)
    assert network.sha256 == found.network.sha256
    assert rule == found.rule
    x, _ = whole(nights[:1])
    parity = compare(network, opened(step_model(network)), x[0], lambda y: y.argmax(-1))
    assert parity.step < 1e-4
    assert parity.decisions <= 1e-3


def test_the_shipped_network_is_the_same_by_onnxruntime(nights: list[Recorded]) -> None:
    network = Stager()._network
    x, _ = whole(nights[:2])
    for night in x:
        parity = compare(network, opened(step_model(network)), night, lambda y: y.argmax(-1))
        assert parity.step < 1e-4
        assert parity.decisions <= 1e-3


def test_nothing_of_a_fold_is_in_its_network_or_its_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Networks say here whom they saw, by the hash of their weights."""
    several = [made_up(who) for who in "abcdefghij"]
    saw: dict[str, set[str]] = {}
    ruled: list[dict[str, Network]] = []
    even = Rule(EVEN, EVEN, ((0.25,) * 4,) * 4)

    def train(nights: Sequence[Recorded], course: Course) -> Network:
        structure = replace(TINY, seed=course.seed).structure
        weights = {name: np.zeros(shape, np.float32) for name, shape in structure.weights.items()}
        weights["3.bias"][:] = course.seed, 0.0, 0.0, 0.0
        network = Network(structure, weights)
        assert network.sha256 not in saw
        saw[network.sha256] = {night.person for night in nights}
        return network

    def rule(nights: Sequence[Recorded], networks: dict[str, Network]) -> Rule:
        assert {night.person for night in nights} == set(networks)
        ruled.append(networks)
        return even

    def together(members: Sequence[Network]) -> Network:
        assert len({member.sha256 for member in members}) == MEMBERS
        saw[members[0].sha256] = set.union(*(saw[member.sha256] for member in members))
        return members[0]

    for name, instead in (
        ("gathered", lambda *_: several),
        ("trained", train),
        ("rule_by", rule),
        ("side_by_side", together),
        ("boosting", lambda *_: {}),
    ):
        monkeypatch.setattr(f"training.sleep.crossing.{name}", instead)
    networks, _ = crossed(tmp_path, tmp_path, 1, lambda _: None)
    everybody = {night.person for night in several}
    assert set(networks) == everybody
    for person, (network, _) in networks.items():
        assert len(saw[network.sha256]) == 8
        assert person not in saw[network.sha256]
    for inner in ruled:
        fold = everybody - set(inner)
        assert len(fold) == 2
        for person, network in inner.items():
            assert len(saw[network.sha256]) == 6
            assert not saw[network.sha256] & {person, *fold}
    before = len(saw)
    crossed(tmp_path, tmp_path, 1, lambda _: None)
    assert len(saw) == before, "what was trained is kept"


def test_boosting_says_something_of_every_scored_epoch(nights: list[Recorded]) -> None:
    said = boosting(nights[:3], nights[3:], trees=2)
    stages = said["sleep_accel/d"]
    assert [stage is None for stage in stages] == [code == UNSCORED for code in nights[3].stages]
    assert {stage for stage in stages if stage is not None} <= {str(stage) for stage in Stage}
