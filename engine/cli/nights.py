"""`halcyon evaluate nights`: its options, and what it does."""

import argparse
from pathlib import Path
import sys

from .evaluating import json_option, libraries, show, show_files, told
from .values import count, positive


def add_nights_options(nights: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate nights` understands."""
    nights.add_argument(
        "--nights",
        type=count,
        default=200,
        metavar="N",
        help="of nobody; the other kinds are in proportion (default: 200)",
    )
    nights.add_argument(
        "--hours",
        type=positive,
        default=8.0,
        metavar="H",
        help="how long the nights of nobody are (default: 8); all of it then takes an hour",
    )
    nights.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where recorded hypnograms are (default: $HALCYON_DATA); without them nothing is said "
        "of when people fell asleep",
    )
    nights.add_argument(
        "--pictures", type=Path, metavar="DIR", help="draw a night and its errors into this folder"
    )
    json_option(nights)
    nights.set_defaults(command=evaluate_nights)


def evaluate_nights(asked: argparse.Namespace) -> int:
    """Play simulated nights to the engine, and print the tables."""
    from ..evaluate.data import data_folder
    from ..evaluate.nights.evaluation import gather, report, sizes
    from ..evaluate.nights.pictures import draw

    data = asked.data if asked.data is not None else data_folder()
    with libraries():
        found = gather(data, sizes(asked.nights, asked.hours), told)
        show(report(found), as_json=asked.json)
        if asked.pictures is not None:
            show_files(draw(found.alone, asked.pictures))
    if not found.alone:
        print(f"no recorded hypnograms in {data}; name their folder with --data", file=sys.stderr)
    return 0
