"""The night of the demo, as far as it can be told without a Home Assistant."""

from halcyon.core.output import SleepSession
from halcyon.core.sleep import Stage
from halcyon.sense.sleep.comparison import FEWEST, is_night
from halcyon.sense.sleep.report_json import read_report
from stage.night import _calm, _earlier, short_night, whole_night

START = 1_795_125_600.0


def test_the_nights_before_are_nights_that_can_be_compared_with() -> None:
    scenario = whole_night()
    for day in range(1, FEWEST + 1):
        told = _earlier(scenario, START - day * 86_400.0, day).fact
        assert isinstance(told, SleepSession)
        report = read_report(told.report)
        assert is_night(report)
        assert (report.site, report.sleeper) == ("night", "guest-bed")
        assert report.figures.latency is not None
        assert (report.figures.asleep or 0.0) > 300.0


def test_the_nights_before_have_no_stays_of_a_few_minutes() -> None:
    light, awake = Stage.LIGHT, Stage.AWAKE
    assert _calm([light] * 20 + [awake] * 3 + [light] * 5) == [light] * 28
    assert _calm([light] * 20 + [awake] * 10) == [light] * 20 + [awake] * 10
    assert _calm([awake] * 2 + [light] * 20) == [awake] * 2 + [light] * 20


def test_a_check_has_time_for_the_whole_of_its_night() -> None:
    """Sleep of more than the three hours that make a night, and what is before and after."""
    (spec,) = short_night().nights
    assert spec.hours > 3.0
    assert short_night().duration - spec.hours * 3600.0 > 3600.0
    assert short_night().duration / 60.0 < 270.0
