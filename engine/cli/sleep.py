"""What `halcyon evaluate sleep` does."""

import argparse
import sys
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluate.sleep.evaluation import Found

_LIBRARIES = frozenset({"edfio", "matplotlib", "python_calamine", "wfdb"})


def evaluate_sleep(asked: argparse.Namespace) -> int:
    """Compare scorers with scorers and stagers with scorers, and print the tables."""
    from ..evaluate.motion.report import json_lines, markdown
    from ..evaluate.motion.ultragsattack import data_folder
    from ..evaluate.sleep.crossing import NoTrainingError
    from ..evaluate.sleep.evaluation import CROSS_SEEDS, gather, report

    data = asked.data if asked.data is not None else data_folder()
    try:
        found = gather(data, _told, asked.work, CROSS_SEEDS[: asked.seeds] if asked.cv else ())
        print(file=sys.stderr)
        for table in report(found):
            for line in json_lines(table) if asked.json else markdown(table):
                print(line)
        if asked.pictures is not None:
            _draw(found, asked.pictures)
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        raise UnusableError(
            f"this needs {error.name}; install it with: pip install 'halcyon[evaluate]'"
        ) from error
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    for name in found.missing:
        print(f"no recordings of {name} in {data}", file=sys.stderr)
    if not found.people and not found.methods:
        raise UnusableError(f"no recordings of sleep in {data}; name their folder with --data")
    return 0


def _draw(found: Found, folder: Path) -> None:
    from ..evaluate.sleep.example_picture import draw_example
    from ..evaluate.sleep.pictures import draw

    drawn = draw(found.people + found.methods + found.validated, folder)
    for live, revised in found.examples:
        drawn += draw_example(live, revised, folder)
    for path in drawn:
        print(path, file=sys.stderr)


def _told(what: str) -> None:
    """A line that says how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{what:<60}", end="", file=sys.stderr, flush=True)
