"""Who was recorded, from the table that a data set brings along."""

from collections.abc import Iterable, Mapping, Sequence
import csv
from pathlib import Path
import re

from .night import Sex, Subject

_SEXES = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE}
_SPREADSHEETS = frozenset({".xls", ".xlsx"})


def sex_of(text: object) -> Sex | None:
    """The sex that a word or its first letter names; None where it names none."""
    return _SEXES.get(str(text).strip().lower())


def age_of(text: object) -> float | None:
    """Years, of a number as text; None where it is none."""
    match = re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*", str(text))
    return float(match[1]) if match else None


def rows(file: Path) -> list[list[object]]:
    """The rows of a table in a file of separated values or the first sheet of a spreadsheet."""
    if file.suffix in _SPREADSHEETS:
        from python_calamine import CalamineWorkbook

        return [
            list(row) for row in CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        ]
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [list(row) for row in csv.reader(opened)]


def column(head: Sequence[object], *names: str) -> int | None:
    """Which column has one of these names, in small letters; None for none."""
    words = [re.sub(r"\s*\(.*", "", str(cell)).strip().lower() for cell in head]
    return next((n for n, word in enumerate(words) if word in names), None)


def people(file: Path, identity: Sequence[str], data_set: str) -> Mapping[str, Subject]:
    """Subjects by their id in small letters; empty where the table is missing.

    The head is the first row that names the age and one of the `identity` columns.
    """
    if not file.is_file():
        return {}
    return _read(iter(rows(file)), identity, data_set)


def _read(
    table: Iterable[Sequence[object]], identity: Sequence[str], data_set: str
) -> Mapping[str, Subject]:
    found: dict[str, Subject] = {}
    places: tuple[int, int | None, int | None] | None = None
    for row in table:
        if places is None:
            who, age = column(row, *identity), column(row, "age", "age in years")
            if who is not None and age is not None:
                places = who, age, column(row, "sex", "gender")
            continue
        who, age, sex = places
        name = str(row[who]).strip().lower()
        if name:
            found[name] = Subject(
                f"{data_set}/{name}",
                None if age is None else age_of(row[age]),
                None if sex is None else sex_of(row[sex]),
            )
    return found
