"""Nights on disk."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.made import START, night

from halcyon.keeping.nights import NightFiles
from halcyon.sense.sleep.diary import Diary
from halcyon.sense.sleep.kept import Kept
from halcyon.sense.sleep.report import report

DAY = 86_400.0
NIGHT = Kept(report(night("WWWW" + "L" * 700 + "W" * 16, tried=None, asleep=4)))
NAP = Kept(report(night("WW" + "L" * 60, tried=None, asleep=2)))

type Complaints = list[tuple[Path, str]]


def later(kept: Kept, days: float, sleeper: str = "anna") -> Kept:
    one, shift = kept.report, days * DAY
    asleep = None if one.asleep is None else one.asleep + shift
    return Kept(
        replace(
            one,
            start=one.start + shift,
            tried=None,
            asleep=asleep,
            end=one.end + shift,
            first=one.first + shift,
            sleeper=sleeper,
        )
    )


@pytest.fixture
def complaints() -> Complaints:
    return []


@pytest.fixture
def files(tmp_path: Path, complaints: Complaints) -> NightFiles:
    return NightFiles(tmp_path / "nights", lambda path, why: complaints.append((path, why)))


def test_a_night_is_kept_and_found_again(files: NightFiles) -> None:
    files.write(NIGHT)
    assert files.starts("anna") == [int(START)]
    assert files.read("anna", START) == NIGHT
    assert files.latest("anna") == NIGHT
    assert files.at("anna", START + 60.0) == NIGHT
    assert files.at("anna", START - 60.0) is None
    assert files.at("anna", START + DAY) is None
    assert files.read("ben", START) is None
    assert files.latest("ben") is None


def test_what_the_sleeper_says_replaces_the_night_without_it(files: NightFiles) -> None:
    files.write(NIGHT)
    files.write(replace(NIGHT, diary=Diary(tried=START)))
    assert files.latest("anna") == replace(NIGHT, diary=Diary(tried=START))
    assert [path.name for path in (files.folder / "anna").iterdir()] == ["1795125600.json"]


def test_a_nap_is_kept_and_is_not_the_last_night(files: NightFiles) -> None:
    files.write(NIGHT)
    files.write(later(NAP, 0.6))
    assert files.latest("anna") == NIGHT
    assert files.newest("anna") == later(NAP, 0.6)
    assert files.at("anna", START + 0.6 * DAY + 60.0) == later(NAP, 0.6)


def test_nights_before_come_without_naps_and_later_ones(files: NightFiles) -> None:
    for day in range(40):
        files.write(later(NIGHT, day))
        files.write(later(NAP, day + 0.6))
    mine = later(NIGHT, 35).report
    before = files.before(mine)
    assert len(before) == 30
    assert before[0].start == mine.start - DAY


def test_damaged_files_are_passed_over_and_complained_of_once(
    files: NightFiles, complaints: Complaints
) -> None:
    files.write(NIGHT)
    files.write(later(NIGHT, 1))
    damaged = files.folder / "anna" / f"{START + DAY:.0f}.json"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    for _ in range(3):
        assert files.latest("anna") == NIGHT
    assert [path for path, _ in complaints] == [damaged]
    assert damaged.exists()
    files.write(later(NIGHT, 1))
    assert files.latest("anna") == later(NIGHT, 1)


def test_a_night_in_another_sleepers_folder_is_not_theirs(
    files: NightFiles, complaints: Complaints
) -> None:
    files.write(NIGHT)
    (files.folder / "anna").rename(files.folder / "ben")
    assert files.latest("ben") is None
    assert len(complaints) == 1


def test_nights_can_be_deleted(files: NightFiles) -> None:
    for sleeper in ("anna", "ben"):
        files.write(later(NIGHT, 0, sleeper))
        files.write(later(NIGHT, 1, sleeper))
    assert files.sleepers() == ["anna", "ben"]
    files.delete("anna", START)
    files.delete("anna", START)
    assert files.was_deleted("anna", START)
    assert not files.was_deleted("anna", START + DAY)
    assert not files.was_deleted("ben", START)
    assert files.starts("anna") == [int(START + DAY)]
    files.delete_all("anna")
    assert files.starts("anna") == []
    assert len(files.starts("ben")) == 2
    files.delete_all()
    assert not files.folder.exists()
    files.delete_all()
    files.delete("anna", START)
    assert files.sleepers() == []


def test_old_nights_go_and_other_files_stay(files: NightFiles) -> None:
    files.prune(START, 90)
    for day in range(4):
        files.write(later(NIGHT, day))
    files.delete("anna", START)
    note = files.folder / "anna" / "note.txt"
    note.write_text("mine")
    (files.folder / "readme").write_text("mine")
    files.prune(START + 3 * DAY, 2)
    assert files.starts("anna") == [int(START + day * DAY) for day in (1, 2, 3)]
    assert note.exists()
    assert not files.was_deleted("anna", START)


@pytest.mark.parametrize("sleeper", ["..", "../..", "a/b", "", "Anna", "."])
def test_no_name_leads_out_of_the_folder(files: NightFiles, sleeper: str) -> None:
    with pytest.raises(ValueError, match="sleeper"):
        files.read(sleeper, START)
    with pytest.raises(ValueError, match="sleeper"):
        files.write(later(NIGHT, 0, sleeper))
