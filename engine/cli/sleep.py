"""`halcyon evaluate sleep`: its options, and what it does."""

import argparse
from pathlib import Path
import sys

from .errors import UnusableError
from .evaluating import data_option, json_option, libraries, show, show_files, told


def add_sleep_options(sleep: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate sleep` understands."""
    data_option(sleep)
    sleep.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="draw error matrices and Bland-Altman plots as SVG into this folder",
    )
    sleep.add_argument(
        "--cv",
        action="store_true",
        help="train networks in cross-validation too, which takes half an hour of one core",
    )
    sleep.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="where --cv keeps what it trains, so that a run that was stopped goes on",
    )
    sleep.add_argument(
        "--seeds",
        type=int,
        choices=range(1, 6),
        default=5,
        help="how many times --cv trains its networks (default: 5)",
    )
    json_option(sleep)
    sleep.set_defaults(command=evaluate_sleep)


def evaluate_sleep(asked: argparse.Namespace) -> int:
    """Compare scorers with scorers and stagers with scorers, and print the tables."""
    from ..evaluate.data import data_folder
    from ..evaluate.repository import NoTrainingError
    from ..evaluate.sleep.evaluation import CROSS_SEEDS, gather, report
    from ..evaluate.sleep.example_picture import draw_example
    from ..evaluate.sleep.pictures import draw

    data = asked.data if asked.data is not None else data_folder()
    try:
        with libraries():
            found = gather(data, told, asked.work, CROSS_SEEDS[: asked.seeds] if asked.cv else ())
            show(report(found), as_json=asked.json)
            if asked.pictures is not None:
                stagings = found.people + found.methods + found.validated
                show_files(draw(stagings, asked.pictures))
                for live, revised in found.examples:
                    show_files(draw_example(live, revised, asked.pictures))
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    for name in found.missing:
        print(f"no recordings of {name} in {data}", file=sys.stderr)
    if not found.people and not found.methods:
        raise UnusableError(f"no recordings of sleep in {data}; name their folder with --data")
    return 0
