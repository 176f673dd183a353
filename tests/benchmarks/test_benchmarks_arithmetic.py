from dataclasses import replace
from typing import Any

from benchmarks.action import BLUEPRINT, PLAIN, ROUTINE, actions, judge as judge_action
from benchmarks.heartbeat import HALCYON, MESSAGES, NOTHING, Turns, judge as judge_heartbeat
from benchmarks.latency import Line, judge as judge_latency, latencies
from benchmarks.networks import (
    ARITHMETIC,
    FLOAT,
    INT8,
    NUMPY,
    SPARSE,
    fastest,
    half_sparse,
    judge_sizes,
    judge_steps,
)
from benchmarks.recorder import judge as judge_rows, kind_of
from benchmarks.samples import median, percentile
from benchmarks.setup import judge as judge_setup
from benchmarks.ultrasound import CASES, SECONDS, WARM_S, Case, chunks_of, timed
from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.sense.ultrasound.classifier import NETWORK

OURS = Line("halcyon/1/home/hall/s/pir", "binary_sensor.hall_motion")


def test_percentile_is_the_nearest_rank() -> None:
    samples = [float(each) for each in range(1, 1001)]
    assert percentile(samples, 50) == 500.0
    assert percentile(samples, 99) == 990.0
    assert percentile(samples, 99.9) == 999.0
    assert percentile(samples, 100) == 1000.0
    assert median([3.0, 1.0, 2.0]) == 2.0
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 50)


@given(
    st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30),
    st.integers(0, 100).map(float),
)
def test_percentile_is_the_smallest_sample_that_covers_the_share(
    samples: list[float], percent: float
) -> None:
    found = percentile(samples, percent)

    def covered(value: float) -> bool:
        return 100 * sum(each <= value for each in samples) >= percent * len(samples)

    assert found in samples
    assert covered(found)
    assert not any(covered(each) for each in samples if each < found)


def test_latency_runs_from_the_last_message_before_the_state() -> None:
    noted: dict[str, Any] = {
        "delivered": [[OURS.topic, 10.0], [OURS.topic, 12.0], ["peer/0", 12.001]],
        "written": [[OURS.entity, "on", 12.0025], [OURS.entity, "off", 17.0]],
    }
    assert latencies(noted, [OURS]) == pytest.approx([0.0025])


def test_states_that_no_message_caused_are_left_out() -> None:
    noted: dict[str, Any] = {
        "delivered": [[OURS.topic, 10.0]],
        "written": [
            [OURS.entity, "on", 9.0],
            [OURS.entity, "on", 11.5],
            ["binary_sensor.other", "on", 10.001],
        ],
    }
    assert latencies(noted, [OURS]) == []


def test_latency_is_judged_by_its_ratio_to_the_peer() -> None:
    middle, tail = judge_latency("at rest", [0.0015] * 100, [0.001] * 100)
    assert (middle.value, middle.peer_value, middle.met) == (1.5, 1.0, True)
    slow = [0.001] * 98 + [0.0021] * 2
    middle, tail = judge_latency("at rest", slow, [0.001] * 100)
    assert (middle.met, tail.met) == (True, False)


def test_an_action_is_timed_from_the_message_before_its_call() -> None:
    line = Line("halcyon/1/home/routine-0-radar/s/radar", "light.routine_0")
    noted: dict[str, Any] = {
        "delivered": [[line.topic, 10.0], [line.topic, 12.0]],
        "called": [
            [line.entity, "light.turn_on", 10.004],
            [line.entity, "light.turn_off", 12.001],
            ["light.other", "light.turn_on", 12.001],
            [line.entity, "light.turn_on", 14.5],
        ],
    }
    assert actions(noted, [line]) == pytest.approx([0.004])


def test_an_action_is_judged_beside_a_plain_automation_and_alone() -> None:
    taken = {ROUTINE: [0.0015] * 100, BLUEPRINT: [0.06] * 100, PLAIN: [0.001] * 100}
    met = {result.name: result.met for result in judge_action("at rest", taken)}
    assert met == {
        "packet to action by a routine at rest, median": True,
        "packet to action by a routine at rest, 99th percentile": True,
        "packet to action by a routine at rest, 99th percentile alone": True,
        "packet to action by a blueprint at rest, median": False,
        "packet to action by a blueprint at rest, 99th percentile": False,
        "packet to action by a blueprint at rest, 99th percentile alone": False,
    }


def test_heartbeat_is_judged_beyond_the_same_home_without() -> None:
    turns = {name: Turns() for name in (HALCYON, NOTHING, MESSAGES)}
    for name, late, thread in ((HALCYON, 7000, 1.5), (NOTHING, 1500, 0.1), (MESSAGES, 2000, 0.4)):
        turns[name].add(
            {"late": [500] * 990 + [late] * 10, "seconds": 60.0, "thread": thread, "process": 2.0}
        )
    beyond, loop, hourly = judge_heartbeat(turns)
    assert beyond.value == pytest.approx(5.5)
    assert not beyond.met
    assert loop.value == pytest.approx(100 * 1.1 / 60)
    assert hourly.value == pytest.approx(120.0)


def test_setup_is_the_difference_of_the_medians() -> None:
    def start(wall: float, cpu: float) -> dict[str, Any]:
        booked = {"halcyon": 0.05, "mqtt": 0.01}
        return {"wall": wall, "cpu": cpu, "works": 0.3, "integrations": booked}

    wall, booked = judge_setup(
        [start(5.1, 4.1), start(5.2, 4.2), start(9.0, 4.3)],
        [start(5.0, 4.0), start(5.1, 4.0), start(5.2, 4.0)],
    )
    assert wall.value == pytest.approx(100.0)
    assert "200 ms beyond 4000 ms" in wall.note
    assert "300 ms after the start" in wall.note
    assert booked.value == pytest.approx(50.0)
    assert booked.peer_value == pytest.approx(10.0)


def test_rows_are_scaled_to_a_day_and_told_by_kind() -> None:
    result = judge_rows(
        {"binary_sensor.room_1_motion": 30, "binary_sensor.room_2_motion": 20},
        {"seconds": 43_200.0, "messages": 1000, "heard": 500},
    )
    assert (result.value, result.peer_value) == (100.0, 1000.0)
    assert "binary_sensor motion 50" in result.note


@pytest.mark.parametrize(
    ("entity", "kind"),
    [
        ("binary_sensor.room_1_in_bed", "binary_sensor in_bed"),
        ("sensor.room_1_room_1_second_heart_rate", "sensor heart_rate"),
        ("sensor.room_1_co2", "sensor co2"),
    ],
)
def test_kinds_of_entities(entity: str, kind: str) -> None:
    assert kind_of(entity) == kind


def test_a_making_of_a_network_is_judged_beside_its_peer() -> None:
    times = {NUMPY: 14.0, SPARSE: 7.0, FLOAT: 10.0, INT8: 12.0, ARITHMETIC: 18.0}
    met = {result.name: (result.ratio, result.met) for result in judge_steps(times)}
    assert met == {
        f"network step, {NUMPY}": (1.4, True),
        f"network step, {INT8}": (1.2, False),
        f"network step, {ARITHMETIC}": (1.5, True),
        f"network step, {SPARSE}": (0.5, False),
    }


def test_files_are_judged_beside_the_float_ones() -> None:
    files = {"float32": 1000, "int8": 300, "half sparse": 700, "int8 and half sparse": 200}
    results = list(judge_sizes(files, {FLOAT: 1000, INT8: 300}))
    assert [result.ratio for result in results] == pytest.approx([0.3, 0.7, 0.2, 0.3])
    assert [result.met for result in results] == [True, False, True, True]


def test_half_of_the_shipped_networks_weights_are_left() -> None:
    for name, weight in half_sparse(NETWORK).weights.items():
        if weight.ndim > 1:
            assert (weight == 0).mean() == pytest.approx(0.5, abs=0.01)
        else:
            np.testing.assert_array_equal(weight, NETWORK.weights[name])


def test_rounds_take_turns_and_the_fastest_counts() -> None:
    frames = np.zeros((3, NETWORK.structure.inputs), np.float32)
    times = fastest({"one": NETWORK.step, "other": NETWORK.step}, frames, rounds=2)
    assert times.keys() == {"one", "other"}
    assert all(0.0 < time < 1e5 for time in times.values())


@pytest.mark.parametrize("case", CASES)
def test_the_ultrasound_that_is_measured_is_without_trouble(case: Case) -> None:
    chunks = list(chunks_of(case))
    assert sum(len(chunk.samples) for chunk in chunks) == (WARM_S + SECONDS) * case.rate
    assert 1.0 < timed(chunks[:60]) < 1e6


def test_trouble_is_not_taken_for_speed() -> None:
    chunks = [replace(chunk, samples=chunk.samples * 0) for chunk in chunks_of(CASES[0])]
    with pytest.raises(AssertionError):
        timed(chunks[:60])
