"""`halcyon evaluate respiration`: its options, and what it does."""

import argparse
from pathlib import Path
import sys

from .errors import UnusableError
from .evaluating import data_option, json_option, libraries, show, show_files


def add_respiration_options(respiration: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate respiration` understands."""
    data_option(respiration)
    respiration.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="draw rates, errors and a radar's clips as SVG into this folder",
    )
    json_option(respiration)
    respiration.set_defaults(command=evaluate_respiration)


def evaluate_respiration(asked: argparse.Namespace) -> int:
    """Count the breaths of real airflow, and print the tables."""
    from ..evaluate.data import data_folder
    from ..evaluate.respiration.evaluation import gather, report
    from ..evaluate.respiration.pictures import draw
    from ..evaluate.sleep.recordings.night import MissingError

    data = asked.data if asked.data is not None else data_folder()
    try:
        with libraries():
            found = gather(data, _told)
            show(report(found), as_json=asked.json)
            if asked.pictures is not None:
                show_files(draw(found, data, asked.pictures))
    except MissingError as error:
        raise UnusableError(f"{error}; name the folder of recordings with --data") from error
    return 0


def _told(what: str) -> None:
    """A line that says what is done, where somebody watches, or what cannot be."""
    if sys.stderr.isatty() or what.startswith("without"):
        print(what, file=sys.stderr, flush=True)
