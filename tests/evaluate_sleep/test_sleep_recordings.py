"""Every data set's loader, on tiny files in the form of the data set."""

from datetime import UTC, date, datetime, time
import json
from pathlib import Path
from zipfile import ZipFile

from edfio import Edf, EdfAnnotation, EdfSignal, Patient, Recording
import numpy as np
from numpy.typing import NDArray
import pytest
from tests.evaluate_sleep.conftest import hypnogram
import wfdb

from halcyon.core.sleep import Hypnogram
from halcyon.evaluate.sleep.recordings import (
    capslpdb,
    challenge2018,
    dreem,
    sleep_accel,
    sleep_edfx,
    sleepbrl,
    slpdb,
    ucddb,
)
from halcyon.evaluate.sleep.recordings.catalogue import SETS
from halcyon.evaluate.sleep.recordings.night import (
    AASM,
    Channel,
    Event,
    MissingError,
    Series,
    Sex,
    series,
    staged,
)
from halcyon.evaluate.sleep.recordings.people import age_of, people, sex_of

DAY = date(2001, 5, 6)
EVENING = time(22, 30, 0)
EVENING_UNIX = datetime.combine(DAY, EVENING, UTC).timestamp()


def ramp(count: int) -> NDArray[np.float64]:
    return np.linspace(-1.0, 1.0, count)


def write_edf(
    file: Path,
    signals: dict[str, tuple[NDArray[np.float64], float]],
    annotations: list[tuple[float, float, str]] | None = None,
    patient: Patient | None = None,
) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Edf(
        [EdfSignal(data, rate, label=label) for label, (data, rate) in signals.items()],
        patient=patient,
        recording=Recording(startdate=DAY),
        starttime=EVENING,
        annotations=[EdfAnnotation(*each) for each in annotations or ()],
    ).write(file)


def write_annotations(
    folder: Path, record: str, annotator: str, marks: list[tuple[int, str, str]]
) -> None:
    """The library writes no ending with a dash and no name with a dot, but data sets have them."""
    wfdb.wrann(
        "record",
        "marks",
        np.array([sample for sample, _, _ in marks]),
        [symbol for _, symbol, _ in marks],
        aux_note=[text for _, _, text in marks],
        write_dir=str(folder),
    )
    (folder / "record.marks").rename(folder / f"{record}.{annotator}")


def write_record(
    folder: Path,
    record: str,
    channels: list[str],
    *,
    rate: float,
    seconds: int,
    comments: list[str] | None = None,
    start: datetime | None = None,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    samples = np.stack([ramp(round(rate * seconds))] * len(channels), axis=1)
    wfdb.wrsamp(
        record,
        rate,
        ["mV"] * len(channels),
        channels,
        samples,
        fmt=["16"] * len(channels),
        comments=comments,
        base_datetime=start,
        write_dir=str(folder),
    )


def pairs(given: Series | None) -> list[tuple[float, float]]:
    assert given is not None
    return list(zip(given.t.tolist(), given.values.tolist(), strict=True))


def test_sleep_accel_heart_rates_are_cut_sorted_and_single(tmp_path: Path) -> None:
    (tmp_path / "HR").mkdir()
    (tmp_path / "Sleep").mkdir()
    (tmp_path / "Sleep" / "7_labeled_sleep.txt").write_text("0 -1\n30 0\n60 2\n90 4\n120 5\n")
    (tmp_path / "HR" / "7_heartrate.txt").write_text(
        "-300000.5,99\n-1800.1,98\n-1799.5,70\n20.0,61\n5.0,60\n20.0,61\n149.9,62\n150.0,97\n"
    )
    (night,) = sleep_accel.nights(tmp_path)
    assert night.reference == hypnogram(".WLDR")
    assert pairs(night.pulse) == [(-1799.5, 70.0), (5.0, 60.0), (20.0, 61.0), (149.9, 62.0)]
    assert not night.dated
    assert night.subject.id == night.id == "sleep_accel/7"


def test_slpdb_halves_are_one_person_and_old_stages_are_left_alone(tmp_path: Path) -> None:
    start = datetime(1989, 1, 19, 23, 7, tzinfo=UTC)
    for record in ("slp01a", "slp01b", "slp67x"):
        write_record(
            tmp_path,
            record,
            ["ECG", "BP", "Resp (sum)"],
            rate=250,
            seconds=121,
            comments=["x M x 24-01-90"] if record == "slp67x" else ["44 M 89 32-01-89"],
            start=start.replace(tzinfo=None) if record != "slp67x" else None,
        )
        write_annotations(
            tmp_path, record, "st", [(1, '"', "W\0"), (7500, '"', "2 X LA"), (15000, '"', "MT")]
        )
        write_annotations(tmp_path, record, "st-", [(1, '"', "R")])
        write_annotations(
            tmp_path,
            record,
            "ecg",
            [(250, "N", ""), (300, "+", ""), (500, "V", ""), (875, "N", "")],
        )
    first, second, undated = slpdb.nights(tmp_path)
    assert first.subject == second.subject
    assert (first.subject.age, first.subject.sex) == (44.0, Sex.MALE)
    assert (undated.subject.age, undated.subject.id) == (None, "slpdb/slp67")
    unix = start.timestamp()
    assert (first.dated, undated.dated) == (True, False)
    assert first.reference == Hypnogram(unix, hypnogram("WL.").stages)
    assert pairs(first.pulse) == [(unix + 2.0, 60.0), (unix + 3.5, 40.0)]
    assert [each.kind for each in first.events] == ["X", "LA"]
    assert {each.channel for each in first.waves} == {Channel.ECG, Channel.EFFORT}
    assert first.waves[1].values == pytest.approx(ramp(250 * 121), abs=1e-3)


def test_slpdb_without_its_samples_has_no_waves(tmp_path: Path) -> None:
    write_record(tmp_path, "slp03", ["Resp (nasal)"], rate=250, seconds=61)
    write_annotations(tmp_path, "slp03", "st", [(1, '"', "4"), (7500, '"', "R")])
    write_annotations(tmp_path, "slp03", "ecg", [(250, "N", ""), (500, "N", "")])
    samples = tmp_path / "slp03.dat"
    samples.write_text("version https://git-lfs.github.com/spec/v1\n")
    (night,) = slpdb.nights(tmp_path)
    assert night.waves == ()
    assert night.reference == hypnogram("DR")
    samples.unlink()
    (night,) = slpdb.nights(tmp_path)
    assert night.waves == ()


def test_dreem_nights_are_grouped_and_unscored_is_no_wake(tmp_path: Path) -> None:
    scored = [
        [-1, 0, 1, 3, 4],
        [0, 0, 2, 3, 4],
        [0, 0, 2, 2, 4],
        [-1, 0, 2, 3, 4],
        [-1, 0, 2, 3, 0],
    ]
    for group in dreem.GROUPS:
        for n, codes in enumerate(scored, 1):
            folder = tmp_path / group / f"scorer_{n}"
            folder.mkdir(parents=True)
            (folder / "a.json").write_text(json.dumps(codes))
    one, other = dreem.nights(tmp_path)
    assert (one.id, other.id) == ("dreem/dodh/a", "dreem/dodo/a")
    assert len(one.scorers) == 5
    assert one.scorers[0] == hypnogram(".WLDR")
    assert one.reference == hypnogram(".WLDR")
    (tmp_path / "dodo" / "scorer_3" / "a.json").write_text("[0]")
    with pytest.raises(ValueError, match="other lengths"):
        list(dreem.nights(tmp_path))


EVENTS = """\

                              Respiratory Event List
 Time       Type   PB/CS  Duration  Low    %Drop
23:50:10  HYP-C             16       89.9    4.1     -     -      64.7   -5.7
00:10:00  PB EVENT  PB      14                       -     -
00:20:00  APNEA-O           15       90.8    5.2     -     -
01:00:00  POSSIBLE           9       89.8    2.8     +     +
\x1a"""


def test_ucddb_events_are_on_the_recordings_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ucddb002_stage.txt").write_text("0\n2\n3\n4\n5\n1\n6\n8\n")
    (tmp_path / "ucddb002_respevt.txt").write_text(EVENTS, encoding="latin-1")
    (tmp_path / "ucddb003_stage.txt").write_text("0\n")
    write_edf(
        tmp_path / "ucddb002.rec",
        {"ribcage": (ramp(80), 8.0), "Flow": (ramp(80), 8.0), "Sum": (ramp(80), 8.0)},
    )
    (tmp_path / "SubjectDetails.xls").touch()
    table: list[list[object]] = [
        ["S/No", "Study Number", "Gender", "PSG Start Time", "Age"],
        [1, "UCDDB002", "F", "23:50:00", 54],
    ]
    monkeypatch.setattr("halcyon.evaluate.sleep.recordings.ucddb.rows", lambda file: table)
    monkeypatch.setattr("halcyon.evaluate.sleep.recordings.people.rows", lambda file: table)
    night, unknown = ucddb.nights(tmp_path)
    assert night.reference == hypnogram("WLLDDR..")
    assert (night.subject.age, night.subject.sex) == (54.0, Sex.FEMALE)
    assert night.events == (
        Event("HYP-C", 10.0, 16.0),
        Event("PB EVENT", 1200.0, 14.0),
        Event("APNEA-O", 1800.0, 15.0),
        Event("POSSIBLE", 4200.0, 9.0),
    )
    assert [each.channel for each in night.waves] == [Channel.THORAX, Channel.FLOW]
    assert unknown.subject.age is None
    assert unknown.events == ()
    assert unknown.waves == ()


REPORT = """\
REMlogic event export
Patient:\tn1

Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation
W\tSupine\t22:30:30\tSLEEP-S0\t30\tROC-LOC
S2\tSupine\t22:31:00\tSLEEP-S2\t30\tROC-LOC
S2\tSupine\t22:31:05\tMCAP-A1\t5\tF4-C4
S4\tSupine\t22.31.30\tSLEEP-S4\t30\tROC-LOC
MT\tSupine\t22:32:00\tSLEEP-MT\t30\tROC-LOC
R\tSupine\t00:00:00\tSLEEP-REM\t30\tROC-LOC
"""
SHORTER = """\
Sleep Stage\tTime [hh:mm:ss]\tEvent\tDuration [s]\tLocation
W\t22.30.00\tSLEEP-S0\t30\tROC-LOC
"""


def test_capslpdb_reports_differ_in_columns_and_colons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("TORACE", "FLUSSO", "ROC-LOC", "TIB Dx")
    signals = {name: (ramp(100), 1.0) for name in names}
    (tmp_path / "gender-age.xlsx").touch()
    table = [["Pathology", "Gender", "Age"], ["N1", "F", 37.0], ["RDB11", "M", 66.0]]
    monkeypatch.setattr("halcyon.evaluate.sleep.recordings.capslpdb.rows", lambda file: table)
    for name, report in (("n1", REPORT), ("brux2", SHORTER), ("rbd11", SHORTER)):
        write_edf(tmp_path / f"{name}.edf", signals)
        (tmp_path / f"{name}.txt").write_text(report, encoding="latin-1")
    write_edf(tmp_path / "unscored.edf", signals)
    second, night, misspelt = capslpdb.nights(tmp_path)
    assert (night.subject.age, night.subject.sex) == (37.0, Sex.FEMALE)
    assert (misspelt.subject.id, misspelt.subject.age) == ("capslpdb/rbd11", 66.0)
    assert second.subject.age is None
    assert night.dated
    assert night.reference.start == EVENING_UNIX
    assert night.reference.stages[:6] == hypnogram(".WLD..").stages
    assert night.reference.at(EVENING_UNIX + 5400) is hypnogram("R").stages[0]
    assert len(night.reference.stages) == 181
    assert [each.channel for each in night.waves] == [Channel.THORAX, Channel.FLOW]
    assert second.reference == Hypnogram(EVENING_UNIX, hypnogram("W").stages)


def test_challenge2018_stages_hold_until_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "training" / "tr03-0005"
    write_record(folder, "tr03-0005", ["C3-M2", "ABD", "CHEST"], rate=200, seconds=180)
    write_annotations(
        folder,
        "tr03-0005",
        "arousal",
        [
            (6000, '"', "W"),
            (7000, '"', "(resp_hypopnea"),
            (9000, '"', "resp_hypopnea)"),
            (12000, '"', "N1"),
            (24000, '"', "undefined"),
            (30000, '"', "N3"),
        ],
    )
    (tmp_path / "age-sex.csv").write_text("Record,Age,Sex\ntr03-0005,55,M\n")
    (night,) = challenge2018.nights(tmp_path)
    assert night.reference == hypnogram(".WLL.D")
    assert night.events == (Event("resp_hypopnea", 35.0, 10.0),)
    assert (night.subject.age, night.subject.sex) == (55.0, Sex.MALE)
    assert [each.channel for each in night.waves] == [Channel.ABDOMEN, Channel.THORAX]


def test_sleep_edfx_nights_of_one_person_are_together(tmp_path: Path) -> None:
    patient = Patient(sex="F", name="Female_33yr")
    for night, scorer in ((1, "C"), (2, "H")):
        folder = tmp_path / "sleep-cassette"
        write_edf(
            folder / f"SC400{night}E0-PSG.edf",
            {"EEG Fpz-Cz": (ramp(100), 1.0), "Resp oro-nasal": (ramp(100), 1.0)},
            patient=patient,
        )
        write_edf(
            folder / f"SC400{night}E{scorer}-Hypnogram.edf",
            {},
            [
                (0.0, 60.0, "Sleep stage W"),
                (60.0, 30.0, "Sleep stage 2"),
                (90.0, 30.0, "Sleep stage ?"),
                (120.0, 60.0, "Sleep stage 4"),
                (180.0, 30.0, "Movement time"),
                (210.0, 30.0, "Sleep stage R"),
            ],
        )
    write_edf(tmp_path / "sleep-cassette" / "SC4999E0-PSG.edf", {"A": (ramp(100), 1.0)})
    one, two = sleep_edfx.nights(tmp_path)
    assert one.subject == two.subject
    assert (one.subject.id, one.subject.age, one.subject.sex) == (
        "sleep_edfx/SC400",
        33.0,
        Sex.FEMALE,
    )
    assert one.reference == Hypnogram(EVENING_UNIX, hypnogram("WWL.DD.R").stages)
    (flow,) = one.waves
    assert (flow.channel, flow.rate, flow.start) == (Channel.FLOW, 1.0, EVENING_UNIX)


def test_sleepbrl_pairs_are_complex(tmp_path: Path) -> None:
    write_edf(
        tmp_path / "sbj01.edf",
        {f"S{n}": (ramp(5000) * (1 if n % 2 else -0.5), 50.0) for n in range(1, 17)},
    )
    write_annotations(
        tmp_path,
        "sbj01.edf",
        "atr",
        [(0, "N", "W"), (1500, "N", "2"), (3000, "N", "3"), (4500, "N", "R")],
    )
    (night,) = sleepbrl.nights(tmp_path)
    assert night.reference == Hypnogram(EVENING_UNIX, hypnogram("WLDR").stages)
    assert len(night.waves) == 8
    first = night.waves[0]
    assert (first.channel, first.name, first.rate) == (Channel.RADAR, "S1/S2", 50.0)
    assert first.values == pytest.approx(ramp(5000) * (1 - 0.5j), abs=1e-3)


@pytest.mark.parametrize("name", SETS)
def test_what_is_not_there_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no recordings in"):
        list(SETS[name].nights(tmp_path))


def test_marks_find_the_nearest_epoch() -> None:
    marks = [(-14.0, "W"), (30.004, "N2"), (59.9, "MT"), (-40.0, "R"), (120.0, "N2")]
    assert staged(5.0, marks, AASM) == hypnogram("WL..L", start=5.0)


def test_series_rise_and_keep_the_first() -> None:
    found = series(np.array([3.0, 1.0, 3.0, 2.0]), np.array([30.0, 10.0, 31.0, 20.0]))
    assert pairs(found) == [(1.0, 10.0), (2.0, 20.0), (3.0, 30.0)]


def test_people_are_read_by_the_names_of_columns(tmp_path: Path) -> None:
    table = tmp_path / "who.csv"
    table.write_text("\ufeffWho was recorded\nAge (years),Gender,Subject\n30,F,SBJ01\n?,x,sbj02\n")
    found = people(table, ("subject",), "set")
    assert (found["sbj01"].id, found["sbj01"].age, found["sbj01"].sex) == (
        "set/sbj01",
        30.0,
        Sex.FEMALE,
    )
    assert (found["sbj02"].age, found["sbj02"].sex) == (None, None)
    assert people(tmp_path / "absent.csv", ("subject",), "set") == {}


def test_people_are_read_from_spreadsheets(tmp_path: Path) -> None:
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    rows: list[list[str | int]] = [["Subject", "Age", "Sex"], ["sbj01", 61, "M"]]
    cells = "".join(
        f"<row r='{r}'>"
        + "".join(
            f"<c r='{column}{r}'><v>{value}</v></c>"
            if isinstance(value, int)
            else f"<c r='{column}{r}' t='inlineStr'><is><t>{value}</t></is></c>"
            for column, value in zip("ABC", row, strict=True)
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    with ZipFile(tmp_path / "subjects.xlsx", "w") as file:
        file.writestr(
            "_rels/.rels",
            f"<Relationships xmlns='{package}'>"
            f"<Relationship Id='r1' Type='{link}/officeDocument' Target='xl/workbook.xml'/>"
            "</Relationships>",
        )
        file.writestr(
            "xl/workbook.xml",
            f"<workbook xmlns='{sheet}' xmlns:r='{link}'>"
            "<sheets><sheet name='one' sheetId='1' r:id='r1'/></sheets></workbook>",
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f"<Relationships xmlns='{package}'>"
            f"<Relationship Id='r1' Type='{link}/worksheet' Target='worksheets/one.xml'/>"
            "</Relationships>",
        )
        file.writestr(
            "xl/worksheets/one.xml",
            f"<worksheet xmlns='{sheet}'><sheetData>{cells}</sheetData></worksheet>",
        )
    found = people(tmp_path / "subjects.xlsx", ("subject",), "set")
    assert (found["sbj01"].age, found["sbj01"].sex) == (61.0, Sex.MALE)


@pytest.mark.parametrize(
    ("text", "age"), [("44", 44.0), (" 7.5 ", 7.5), ("x", None), ("", None), (54, 54.0)]
)
def test_ages(text: object, age: float | None) -> None:
    assert age_of(text) == age


@pytest.mark.parametrize(
    ("text", "sex"), [("F", Sex.FEMALE), ("male", Sex.MALE), ("", None), ("x", None)]
)
def test_sexes(text: object, sex: Sex | None) -> None:
    assert sex_of(text) == sex
