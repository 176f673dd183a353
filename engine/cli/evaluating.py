"""What all evaluations do: say how far they are, print tables, and say which files were drawn."""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
import sys
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from ..evaluate.report import Table

_LIBRARIES = frozenset({"edfio", "h5py", "matplotlib", "python_calamine", "wfdb"})
"""What `halcyon[evaluate]` installs, by the names of their modules."""


def data_option(subject: argparse.ArgumentParser) -> None:
    """Let a person say where recordings are."""
    subject.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the recordings are (default: $HALCYON_DATA)",
    )


def json_option(subject: argparse.ArgumentParser) -> None:
    """Let a program read the tables."""
    subject.add_argument("--json", action="store_true", help="print one JSON object a line")


def told(what: str) -> None:
    """Say how far it is, on one line, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{what:<60}", end="", file=sys.stderr, flush=True)


def show(tables: Iterable[Table], *, as_json: bool) -> None:
    """Print tables for a document, or as JSON lines."""
    from ..evaluate.report import json_lines, markdown

    if sys.stderr.isatty():
        print(file=sys.stderr)
    for table in tables:
        for line in json_lines(table) if as_json else markdown(table):
            print(line)


def show_files(drawn: Iterable[Path]) -> None:
    """Say where pictures are."""
    for path in drawn:
        print(path, file=sys.stderr)


@contextmanager
def libraries() -> Iterator[None]:
    """Raises UnusableError with the remedy where a library of the evaluations is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        raise UnusableError(
            f"this needs {error.name}; install it with: pip install 'halcyon[evaluate]'"
        ) from error
