"""Trains the network that stages sleep, from nothing but a folder of data.

    python -m training.sleep.train --data DATA --work WORK [--out DIR] [--seed N]

DATA holds `sleep/` with the recordings of as many open sets as there are; see
`halcyon.evaluate.sleep.recordings.catalogue` for their folders. WORK keeps what was measured in
them between runs. The same data and seed give the same weights.
"""

import argparse
from pathlib import Path

from .export import write
from .fitting import Course
from .learning import learned
from .recorded import LEARNED, gathered

SEED = 1


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds sleep/")
    parser.add_argument("--work", type=Path, required=True, help="keeps measurements and results")
    parser.add_argument("--out", type=Path, help="where to write stages.json and the others")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--steps", type=int, default=Course().steps, help="updates of a network")
    parser.add_argument("--set", nargs="+", choices=LEARNED, default=LEARNED, dest="sets")
    given = parser.parse_args()
    nights = gathered(given.data, given.work, given.sets)
    if not nights:
        parser.error(f"no recordings of sleep in {given.data}")
    found = learned(nights, Course(seed=given.seed, steps=given.steps))
    out = given.out if given.out is not None else given.work / "result"
    write(out, found.network, found.rule, {night.person for night in nights})


if __name__ == "__main__":
    main()
