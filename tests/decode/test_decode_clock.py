from itertools import pairwise
import random

from hypothesis import given, strategies as st
import pytest

from halcyon.decode.clock import Clock

START = 1_795_000_000.0


def test_the_fastest_message_sets_the_offset() -> None:
    clock = Clock()
    assert clock.heard(0, START + 0.3) == START + 0.3
    assert clock.heard(1000, START + 1.05) == pytest.approx(START + 1.05)
    assert clock.heard(2000, START + 2.4) == pytest.approx(START + 2.05, abs=1e-3)


@pytest.mark.parametrize("drift", [-100e-6, -20e-6, 0.0, 20e-6, 100e-6])
@pytest.mark.parametrize("booted_ms", [0, 2**32 - 600_000])
def test_an_hour_of_drift_and_jitter(drift: float, booted_ms: int) -> None:
    """Against a simulated node: 10 Hz, at least 5 ms and on average 25 ms of delay."""
    noise = random.Random(1)
    clock = Clock()
    errors = []
    for tick in range(36_000):
        measured_t = START + tick / 10
        ms = int(booted_ms + (measured_t - START) * (1 - drift) * 1000) % 2**32
        arrived_t = measured_t + 0.005 + noise.expovariate(1 / 0.020)
        errors.append(clock.heard(ms, arrived_t) - measured_t)
    assert max(errors[100:]) < 0.010
    assert min(errors[100:]) > 0.003


def test_the_offset_never_climbs_faster_than_200_ppm() -> None:
    clock = Clock()
    clock.heard(0, START)
    times = [clock.heard(s * 1000, START + s + 0.5) for s in range(1, 600)]
    late = [t - START - s for s, t in enumerate(times, start=1)]
    assert all(0 <= now - before <= 201e-6 for before, now in pairwise(late))


def test_a_message_out_of_order_is_as_old_as_it_is() -> None:
    clock = Clock()
    clock.heard(10_000, START)
    assert clock.heard(9_500, START) == pytest.approx(START - 0.5)
    assert clock.heard(10_100, START + 0.1) == pytest.approx(START + 0.1)


def test_uptimes_wrap_after_49_days() -> None:
    clock = Clock()
    clock.heard(2**32 - 500, START)
    assert clock.heard(500, START + 1) == pytest.approx(START + 1)
    assert clock.heard(2**32 - 100, START + 1) == pytest.approx(START + 0.4)


def test_what_a_node_kept_back_during_an_outage_is_old() -> None:
    clock = Clock()
    clock.heard(0, START)
    assert clock.heard(60_000, START + 300) == pytest.approx(START + 60, abs=0.1)
    assert clock.heard(300_000, START + 300) == pytest.approx(START + 300, abs=0.1)


def test_one_impossible_uptime_disturbs_nothing() -> None:
    clock = Clock()
    clock.heard(0, START)
    assert clock.heard(2_000_000_000, START + 1) == START + 1
    assert clock.heard(2000, START + 2) == pytest.approx(START + 2, abs=0.001)


def test_an_uptime_that_stood_still_is_believed_after_a_minute() -> None:
    """A node that sleeps without a reboot: its uptime lost ten minutes."""
    clock = Clock()
    clock.heard(0, START)
    woke = START + 600
    assert clock.heard(1000, woke) < woke - 590
    for second in range(1, 60):
        clock.heard(1000 + second * 1000, woke + second)
    assert clock.heard(61_000, woke + 60) == woke + 60
    assert clock.heard(62_000, woke + 61) == pytest.approx(woke + 61)


def test_doubt_ends_with_a_message_that_fits() -> None:
    clock = Clock()
    clock.heard(0, START)
    clock.heard(0, START + 30)
    clock.heard(31_000, START + 31)
    assert clock.heard(0, START + 95) == pytest.approx(START, abs=0.02)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.floats(0, 100)), max_size=30))
def test_nothing_is_measured_after_it_arrived(arrivals: list[tuple[int, float]]) -> None:
    clock, t = Clock(), START
    for ms, passed in arrivals:
        t += passed
        assert clock.heard(ms, t) <= t


def test_the_clock_survives_a_restart() -> None:
    before, after = Clock(), Clock()
    after.restore(before.snapshot())
    assert after.snapshot() == before.snapshot()
    before.heard(0, START)
    before.heard(50_000_000, START + 1)
    after.restore(before.snapshot())
    assert after.heard(2000, START + 2.5) == before.heard(2000, START + 2.5)
