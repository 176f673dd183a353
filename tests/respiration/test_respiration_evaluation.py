"""The evaluation of respiration: its loader, its marks, and its figures on flow of known rate."""

from datetime import datetime
import json
import math
import os
from pathlib import Path

from edfio import Edf, EdfSignal, Patient, Recording
import numpy as np
import pytest

from halcyon.cli.arguments import parser
from halcyon.cli.errors import UnusableError
from halcyon.core.sleep import EPOCH_S
from halcyon.evaluate.report import Estimate, Table
from halcyon.evaluate.respiration import evaluation, nobody, simulated
from halcyon.evaluate.respiration.airflow import FOLDER, Even, Floats, Session, sessions
from halcyon.evaluate.respiration.counters import (
    Counter,
    autocorrelation,
    breath_by_breath,
    ends_of,
    spectrum,
)
from halcyon.evaluate.respiration.errors import Compared, by_device, by_epochs, by_minutes
from halcyon.evaluate.respiration.forms import Form
from halcyon.evaluate.respiration.marking import A_NIGHT, sample
from halcyon.evaluate.respiration.marks import Minute, minutes, reread
from halcyon.evaluate.sleep.recordings.night import MissingError
from halcyon.evaluate.statistics import Share

DATA = Path(os.environ.get("HALCYON_DATA", Path(__file__).parents[2] / "../shared/data"))
START = 1_700_000_000.0
RATE = 14.0
LAG = 10.0


def flow(minutes: int) -> Floats:
    """A flow of 14 breaths a minute in L/s at 25 Hz."""
    times = np.arange(minutes * 60 * 25) / 25.0
    wave: Floats = 0.5 * np.sin(2 * np.pi * RATE / 60.0 * times)
    return wave


def session(minutes: int = 10) -> Session:
    """One whose device says the rate ten seconds late, and something else before."""
    told: Floats = np.full(minutes * 30, RATE)
    told[: round((30.0 + LAG) / 2.0)] = RATE + 3.0
    return Session("night", Even(START, 25.0, flow(minutes)), Even(START, 0.5, told))


def marked(start: float) -> Minute:
    """A minute of the session whose breaths were marked where they are."""
    first = math.floor((start - START) * RATE / 60.0) - 1
    breaths = tuple(START + 60.0 / RATE * (first + k) for k in range(20))
    return Minute("night", start, "clear", breaths)


def write(folder: Path) -> None:
    """A session in the device's two files."""
    folder.mkdir(parents=True)
    kept = session()
    assert kept.told is not None
    for name, label, even, top in (
        ("20231114_221320_BRP.edf", "Flow.40ms", kept.flow, 2.0),
        ("20231114_221320_PLD.edf", "RespRate.2s", kept.told, 50.0),
    ):
        signal = EdfSignal(even.values, even.rate, label=label, physical_range=(-top, top))
        Edf(
            [signal],
            patient=Patient(),
            recording=Recording(startdate=datetime(2023, 11, 14).date()),  # noqa: DTZ001
            starttime=datetime(2023, 11, 14, 22, 13, 20).time(),  # noqa: DTZ001
        ).write(folder / name)


def test_flow_and_rate_are_read_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / FOLDER / "device" / "20231114")
    (found,) = sessions(tmp_path)
    assert found.night == "20231114"
    assert found.flow.start == START
    assert found.flow.rate == 25.0
    np.testing.assert_allclose(found.flow.values, flow(10), atol=1e-3)
    assert found.told is not None
    assert found.told.rate == 0.5
    assert found.told.values[-1] == pytest.approx(RATE, abs=0.01)


def test_where_nothing_is_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no airflow"):
        next(sessions(tmp_path))
    asked = parser().parse_args(["evaluate", "respiration", "--data", str(tmp_path)])
    with pytest.raises(UnusableError, match="--data"):
        asked.command(asked)


def test_even_samples_are_cut_only_where_they_are() -> None:
    values: Floats = np.linspace(0.0, 9.0, 10)
    even = Even(100.0, 2.0, values)
    assert even.end == 105.0
    assert even.between(101.0, 102.0).tolist() == [2.0, 3.0]
    assert not len(even.between(99.0, 102.0))
    assert not len(even.between(104.0, 106.0))


def test_marks_are_enough_and_make_sense() -> None:
    every = minutes()
    assert len(every) >= 30
    assert {each.grade for each in every} == {"clear", "disturbed"}
    for each in every:
        assert each.start % 60.0 == 0.0
        assert each.breaths[0] <= each.start
        assert each.breaths[-1] >= each.start + 60.0
        assert all(0.9 < gap < 16.0 for gap in np.diff(each.breaths))
    again = list(reread())
    assert len(again) >= 5
    for minute, breaths in again:
        assert np.abs(np.subtract(minute.breaths, breaths)).max() <= 0.3


def test_the_marked_minutes_are_those_that_were_drawn() -> None:
    try:
        drawn = list(sample(list(sessions(DATA))))
    except MissingError:
        pytest.skip(f"no airflow recordings below {DATA}; set HALCYON_DATA")
    assert len(drawn) == 3 * A_NIGHT
    assert [(each.night, start) for each, start in drawn] == [
        (each.night, each.start) for each in minutes()
    ]


def test_a_rate_between_marks_counts_parts_of_breaths() -> None:
    minute = Minute("n", 0.0, "clear", (-2.0, 2.0, 6.0, 16.0, 61.0))
    assert minute.rate(0.0, 8.0) == pytest.approx(60 * (0.5 + 1.0 + 0.2) / 8.0)
    assert minute.rate(16.0, 46.0) == pytest.approx(60 / 45.0)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("count", [breath_by_breath, spectrum, autocorrelation])
def test_known_flow_is_counted_in_every_form(count: Counter, form: Form) -> None:
    counted = count(session(), form)
    assert counted.ends.tolist() == ends_of(session()).tolist()
    errors = np.abs(counted.rates[2:] - RATE)
    # An autocorrelation takes two breaths for one now and then, in noise.
    assert (np.nanmedian if count is autocorrelation else np.nanmax)(errors) < 0.6
    if form is not Form.DROWNED:
        assert np.isfinite(counted.rates).mean() > 0.9
    assert counted.length == 600.0
    assert counted.seconds > 0.0


def test_marks_and_device_are_compared_at_their_own_times() -> None:
    counted = breath_by_breath(session(), Form.FLOW)
    starts = [60.0 * (START // 60.0 + k) for k in (2, 5)]
    by_minute = by_minutes([counted], [marked(start) for start in starts])
    assert by_minute.references == pytest.approx([RATE, RATE])
    assert by_minute.mean_error().value < 0.1
    assert by_minute.coverage().value == 1.0
    assert len(by_epochs([counted], [marked(starts[0])]).rates) == 2
    elsewhere = Minute("another", starts[0], "clear", marked(starts[0]).breaths)
    assert len(by_minutes([counted], [elsewhere]).rates) == 0
    compared, lag = by_device([counted])
    assert lag >= LAG - EPOCH_S
    assert compared.mean_error().value < 0.1


def test_what_was_not_said_is_not_an_error() -> None:
    nan = math.nan
    compared = Compared(
        np.array([14.0, nan, 16.0, 13.0]),
        np.full(4, 14.0),
        np.array([0.9, 0.1, 0.6, 0.7]),
        ("a", "a", "b", "b"),
        ("clear",) * 4,
        (0, 0, 1, 2),
    )
    assert compared.mean_error().value == pytest.approx(1.0)
    assert compared.bias().value == pytest.approx(1 / 3)
    assert compared.right().value == pytest.approx(2 / 3)
    assert compared.coverage().value == pytest.approx(0.75)
    some = compared.where([False, True, False, True])
    assert some.nights == ("a", "b")
    assert some.blocks == (0, 1)
    assert math.isnan(compared.where([False, True, False, False]).mean_error().value)


def test_all_of_it_is_told_in_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / FOLDER / "device" / "night")
    starts = [60.0 * (START // 60.0 + k) for k in (2, 5)]
    monkeypatch.setattr(evaluation, "minutes", lambda: tuple(marked(start) for start in starts))
    monkeypatch.setattr(nobody, "HOURS", 0.1)
    monkeypatch.setattr(simulated, "table", lambda: Table("simulated", "", ("a",), (("b",),)))
    asked = parser().parse_args(["evaluate", "respiration", "--data", str(tmp_path), "--json"])
    assert asked.command(asked) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    aims = [row for row in rows if row["table"] == "respiration_aims"]
    assert [row["met"] for row in aims] == ["yes", "yes"]
    assert len({row["table"] for row in rows}) == 10


def test_simulated_sleepers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated, "HOURS", 0.2)
    monkeypatch.setattr(simulated, "SEEDS", range(1))
    monkeypatch.setattr(simulated, "MODULES", ("breath",))
    (row,) = simulated.table().rows
    _, epochs, told, error, *_ = row
    assert isinstance(epochs, float)
    assert epochs > 20
    assert isinstance(told, Share)
    assert told.value > 0.8
    assert isinstance(error, Estimate)
    assert error.value < 1.0
