"""Counts how sleep goes on, and finds what the stager's word is worth to the alarm.

    python -m training.alarm.figures --data DATA --work WORK [--out FILE]

DATA holds `sleep/` with the recordings of as many open sets as there are; WORK keeps the networks
of `halcyon evaluate sleep --cv`, and those that are missing are trained. What comes out is
`engine/decide/alarm/population.json`.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from halcyon.core.snapshot import Json
import halcyon.decide.alarm
from halcyon.decide.alarm.hearsay import Hearsay
from halcyon.evaluate.alarm.people import NAMES, Others, Person, people
from halcyon.evaluate.alarm.staged import SIGNALS, best, told_nights

FORMAT = 1
_DIGITS = 4


def figures(known: tuple[Person, ...], hearsay: Hearsay) -> Json:
    """The document: who was counted, how sleep goes on in them, and how the stager errs."""
    counts = np.sum([person.counts for person in known], axis=0)
    sources = [person.source for person in known]
    return {
        "halcyon_alarm": FORMAT,
        "people": {NAMES[name]: sources.count(name) for name in dict.fromkeys(sources)},
        "epochs": int(counts.sum()),
        "stager": {
            "often": [round(each, _DIGITS) for each in hearsay.often],
            "weight": hearsay.weight,
            "insight": hearsay.insight,
        },
        "counts": counts.astype(int).tolist(),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds sleep/")
    parser.add_argument("--work", type=Path, required=True, help="keeps cross-validated networks")
    parser.add_argument("--out", type=Path, help="default: where the engine reads it")
    given = parser.parse_args()
    known, _ = people(given.data)
    if not known:
        parser.error(f"no recordings of sleep in {given.data}")
    others = Others(known)
    nights = [
        night
        for name in SIGNALS
        for night in told_nights(name, known, given.data, given.work, print)
    ]
    hearsay, _ = best(nights, others, print)
    beside = Path(str(halcyon.decide.alarm.__file__)).parent / "population.json"
    out = beside if given.out is None else given.out
    text = json.dumps(figures(known, hearsay), separators=(",", ":"))
    out.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
