"""What the documents say holds: links, command lines, and the tables that copy constants."""

import argparse
from functools import cache
import json
from pathlib import Path
import re
import shlex
import subprocess
from urllib.parse import unquote

import pytest

from halcyon.cli.arguments import parser
from halcyon.core.house import Sensitivity
from halcyon.sense.echoes import AFTER_MINOR
from halcyon.sense.evidence import MOTION_ALONE, WORTH, Modality
from halcyon.sense.presence import THRESHOLDS

ROOT = Path(__file__).parents[2]

FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FOLDERS = (
    "benchmarks",
    "custom_components",
    "docs",
    "engine",
    "hardware",
    "requirements",
    "scripts",
)
PATH = re.compile(rf"(?<![\w./<$-])(?:{'|'.join(FOLDERS)})/[\w./@-]*\w")
SECONDS = re.compile(r"(\d+) (s|min)\b")

PATIENCE = {"half as long": 0.5, "as in the table": 1.0, "twice as long": 2.0}


def documents() -> list[Path]:
    """The pages that git knows or will know."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return sorted(ROOT / name for name in listed if name and (ROOT / name).is_file())


PAGES = documents()


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return frozenset(text.replace(" ", "-") for text in kept)


def links(page: Path) -> list[str]:
    prose = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
    # A badge is a link around a picture: its inner half goes first, its outer half after.
    inner = LINK.findall(prose)
    return inner + LINK.findall(LINK.sub("", prose))


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table of a page whose head begins with a cell."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def seconds(text: str) -> list[float]:
    return [float(number) * {"s": 1, "min": 60}[unit] for number, unit in SECONDS.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = unquote(link).partition("#")
        if "://" in target:
            continue
        found = page if not target else (page.parent / target).resolve()
        assert found.exists(), f"{link}: no such file"
        assert found.is_relative_to(ROOT), f"{link}: outside of the repository"
        assert not anchor or anchor in anchors(found), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_path_that_is_named_exists(page: Path) -> None:
    for path in PATH.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists() or "NAME" in path, path


def command_lines() -> list[tuple[Path, str]]:
    """Every line of the `halcyon` command that the documents show, in code or in a block."""
    found: list[tuple[Path, str]] = []
    for page in [*PAGES, *sorted((ROOT / ".github").rglob("*.yml"))]:
        text = page.read_text(encoding="utf-8")
        shown = [*CODE.findall(text), *re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)]
        found += [(page, line) for line in shown if re.match(r"halcyon [a-z-]", line)]
    return found


@pytest.mark.parametrize(
    ("page", "line"), [pytest.param(*each, id=each[1]) for each in command_lines()]
)
def test_every_command_line_is_understood(page: Path, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if len(words) == 1 and words[0] in subcommands():
        return  # a command's name, as prose has it
    # What stands in capitals is for the reader to fill in; numbers are read as such.
    filled = [{"SECONDS": "60", "WHAT": "waveforms"}.get(word, word) for word in words]
    try:
        parser().parse_args(filled)
    except SystemExit as ended:
        pytest.fail(f"{named(page)} shows `{line}`, which ends with {ended.code}")


def subcommands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (
        action.choices
        for action in parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return dict(found)


@pytest.mark.parametrize("name", subcommands())
def test_every_subcommand_is_described_with_its_options(name: str) -> None:
    text = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
    assert f"`halcyon {name}" in text
    described = "\n".join(
        part for part in re.split(r"\n\n|\n(?=\|)", text) if f"`halcyon {name}" in part
    )
    for action in subcommands()[name]._actions:
        for option in action.option_strings:
            if option.startswith("--") and option not in {"--help", "--config"}:
                assert option in described, f"halcyon {name} {option}"
    assert "--config" in text


def test_the_signs_are_worth_what_the_document_says() -> None:
    rows = table("docs/presence.md", "`modality`")
    assert {row[0].strip("`") for row in rows} == set(Modality)
    alone = {Modality.MOTION: (MOTION_ALONE,), Modality.MINOR_MOTION: (AFTER_MINOR,)}
    for name, _, on, hold, times in rows:
        modality = Modality(name.strip("`"))
        worth = WORTH[modality]
        assert (float(on), float(hold)) == (worth.on, worth.hold), name
        assert seconds(times) == [worth.lasts, *alone.get(modality, ()), worth.fades], name


def test_rooms_switch_where_the_document_says() -> None:
    rows = table("docs/presence.md", "sensitivity")
    said = {
        Sensitivity(name.lower()): (float(on), float(off), PATIENCE[times])
        for name, on, off, times in rows
    }
    assert said == {
        sensitivity: (each.on_above, each.off_below, each.patience)
        for sensitivity, each in THRESHOLDS.items()
    }


def test_every_reason_has_its_line_and_its_sentence() -> None:
    rows = table("docs/presence.md", "`reason` or `note`")
    described = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    folder = ROOT / "custom_components" / "halcyon" / "translations"
    words = json.loads((folder / "en.json").read_text(encoding="utf-8"))["selector"]
    assert described <= words["reason"]["options"].keys()
    assert set(Modality) == words["modality"]["options"].keys()
