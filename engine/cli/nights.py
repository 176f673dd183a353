"""What `halcyon evaluate nights` does."""

import argparse
import sys
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluate.nights.evaluation import Found


def evaluate_nights(asked: argparse.Namespace) -> int:
    """Play simulated nights to the engine, and print the tables."""
    from ..evaluate.motion.report import json_lines, markdown
    from ..evaluate.motion.ultragsattack import data_folder
    from ..evaluate.nights.evaluation import gather, report, sizes

    data = asked.data if asked.data is not None else data_folder()
    found = gather(data, sizes(asked.nights, asked.hours), _told)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for table in report(found):
        for line in json_lines(table) if asked.json else markdown(table):
            print(line)
    if asked.pictures is not None:
        _draw(found, asked.pictures)
    if not found.alone:
        print(f"no recorded hypnograms in {data}; name their folder with --data", file=sys.stderr)
    return 0


def _draw(found: Found, folder: Path) -> None:
    from ..evaluate.nights.pictures import draw

    try:
        drawn = draw(found.alone, folder)
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise UnusableError(
            "pictures need matplotlib; install it with: pip install 'halcyon[evaluate]'"
        ) from error
    for path in drawn:
        print(path, file=sys.stderr)


def _told(what: str) -> None:
    """A line that says how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{what:<60}", end="", file=sys.stderr, flush=True)
