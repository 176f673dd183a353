"""Rates that a module reports, and those that it makes up."""

import math

from halcyon.sense.steadiness import Steadiness


def test_a_breath_is_believed_and_what_leaps_is_not() -> None:
    breath, made_up = Steadiness(), Steadiness()
    lungs = [14.0 + 0.8 * math.sin(t / 7.0) for t in range(120)]
    leaps = [9.0 + 17.0 * (t // 10 % 2) for t in range(120)]
    assert all(breath.take(rate, float(t)) for t, rate in enumerate(lungs))
    assert not any([made_up.take(rate, float(t)) for t, rate in enumerate(leaps)][10:])


def test_who_comes_after_another_is_believed_at_once() -> None:
    rates = Steadiness()
    rates.take(22.0, 0.0)
    assert rates.take(13.0, 60.0)


def test_a_restored_one_still_doubts() -> None:
    rates, other = Steadiness(), Steadiness()
    rates.take(10.0, 0.0)
    rates.take(20.0, 1.0)
    other.restore(rates.snapshot())
    assert not other.take(20.0, 2.0)
    assert other.take(20.0, 30.0)
