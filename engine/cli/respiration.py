"""What `halcyon evaluate respiration` does."""

import argparse
import sys
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluate.respiration.evaluation import Found

_LIBRARIES = frozenset({"edfio", "h5py", "matplotlib"})


def evaluate_respiration(asked: argparse.Namespace) -> int:
    """Count the breaths of real airflow, and print the tables."""
    from ..evaluate.motion.report import json_lines, markdown
    from ..evaluate.motion.ultragsattack import data_folder
    from ..evaluate.respiration.evaluation import gather, report
    from ..evaluate.sleep.recordings.night import MissingError

    data = asked.data if asked.data is not None else data_folder()
    try:
        found = gather(data, _told)
        for table in report(found):
            for line in json_lines(table) if asked.json else markdown(table):
                print(line)
        if asked.pictures is not None:
            _draw(found, data, asked.pictures)
    except MissingError as error:
        raise UnusableError(f"{error}; name the folder of recordings with --data") from error
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        raise UnusableError(
            f"this needs {error.name}; install it with: pip install 'halcyon[evaluate]'"
        ) from error
    return 0


def _draw(found: Found, data: Path, folder: Path) -> None:
    from ..evaluate.respiration.pictures import draw

    for path in draw(found, data, folder):
        print(path, file=sys.stderr)


def _told(what: str) -> None:
    """A line that says what is done, where somebody watches, or what cannot be."""
    if sys.stderr.isatty() or what.startswith("without"):
        print(what, file=sys.stderr, flush=True)
