"""What `halcyon evaluate nights` does."""

import argparse
import sys

from .evaluating import libraries, show, show_files, told


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
