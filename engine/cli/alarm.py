"""What `halcyon evaluate alarm` does."""

import argparse
import sys
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluate.alarm.evaluation import Found

_LIBRARIES = frozenset({"edfio", "matplotlib", "python_calamine", "wfdb"})


def evaluate_alarm(asked: argparse.Namespace) -> int:
    """Ring at every deadline of people's nights, and print the tables."""
    from ..evaluate.alarm.evaluation import gather, report
    from ..evaluate.motion.report import json_lines, markdown
    from ..evaluate.motion.ultragsattack import data_folder
    from ..evaluate.sleep.crossing import NoTrainingError

    data = asked.data if asked.data is not None else data_folder()
    if asked.cv and asked.work is None:
        raise UnusableError("--cv needs --work, the folder that keeps what it trains")
    try:
        found = gather(data, _told, asked.work if asked.cv else None)
        for table in report(found):
            for line in json_lines(table) if asked.json else markdown(table):
                print(line)
        if asked.pictures is not None:
            _draw(found, asked.pictures)
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        raise UnusableError(
            f"this needs {error.name}; install it with: pip install 'halcyon[evaluate]'"
        ) from error
    for name in found.missing:
        print(f"no recordings of {name} in {data}", file=sys.stderr)
    if not found.frontiers:
        raise UnusableError(f"no recordings of sleep in {data}; name their folder with --data")
    return 0


def _draw(found: Found, folder: Path) -> None:
    from ..evaluate.alarm.pictures import draw

    for path in draw(found.frontiers, folder):
        print(path, file=sys.stderr)


def _told(what: str) -> None:
    """A line that says how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{what:<60}", end="", file=sys.stderr, flush=True)
