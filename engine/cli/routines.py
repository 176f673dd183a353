"""What `halcyon evaluate routines` does."""

import argparse
import sys

from .evaluating import show, told


def evaluate_routines(asked: argparse.Namespace) -> int:
    """Hold routines against a plain model, and print what differed; 1 where anything did."""
    from ..evaluate.routines.evaluation import compare, report

    tally = compare(asked.streams, asked.first, told)
    show(report(tally), as_json=asked.json)
    for seed in tally.seeds:
        print(f"differs: --first {seed} --streams 1", file=sys.stderr)
    return 1 if tally.seeds else 0
