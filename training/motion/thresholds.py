"""What each choice of thresholds costs: false alarms in empty rooms against walks found in time.

    python -m training.motion.thresholds --work WORK [--network FOLDER]

Prints a table for the validation rooms; the choice itself is made by hand and written into
`halcyon.sense.ultrasound.verdict`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from halcyon.sense.network import Network, load
from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.sense.ultrasound.verdict import EVIDENCE_LIMIT, KINDS
from halcyon.simulate.ultrasound import Confounder, Kind

from .corpus import Floats, Lesson, sequences
from .example import Example, read
from .fitting import run
from .trials import WITHIN, Trial, onset_frame, trials

_MAJOR, _MINOR = KINDS.index("major"), KINDS.index("minor")
STARTS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
NEEDED = (1.0, 2.0, 4.0, 6.0, 9.0, 13.0)
_HOMES = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One choice: false alarms by what ran, the hours of it, and the share of walks found."""

    start: float
    needed: float
    alarms: dict[str, int]
    hours: dict[str, float]
    found: dict[str, float]


def odds(scores: Floats) -> Floats:
    """Log-odds of scores, as far as one frame counts."""
    safe = np.clip(scores, 1e-6, 1 - 1e-6)
    values: Floats = np.clip(np.log(safe / (1 - safe)), -EVIDENCE_LIMIT, EVIDENCE_LIMIT)
    return values


def crossed(values: Floats, start: float, needed: float) -> np.ndarray:
    """In which frames the sum of log-odds (n,) beyond `start` reaches what is needed."""
    total, reached = 0.0, np.zeros(len(values), dtype=np.bool)
    for index, value in enumerate(values.tolist()):
        gained = min(value - start, 0.6 * needed)
        total = min(max(0.0, total + gained), needed + 4)
        reached[index] = total >= needed
    return reached


def same_order(found: Sequence[Lesson], wanted: Sequence[Example]) -> list[Lesson]:
    """Lessons in the order of the examples that they were made of."""
    by_example = {id(lesson.example): lesson for lesson in found}
    return [by_example[id(each)] for each in wanted]


def heard(network: Network, examples: Sequence[Example]) -> list[Floats]:
    """What a network says of each example, log-odds (n, KINDS)."""
    lessons = same_order(sequences(examples), examples)
    return [odds(each) for each in run(network, lessons)]


def within(trial: Trial, *, arm: bool) -> slice:
    """The frames in which a trial's motion is to be found."""
    onset = onset_frame(trial.example, int(Kind.MINOR if arm else Kind.MAJOR))
    return slice(onset, onset + WITHIN[arm])


def table(
    empties: Sequence[Example],
    said: Sequence[Floats],
    walks: dict[str, tuple[list[Trial], list[Floats]]],
) -> list[Row]:
    """All choices."""
    rows = []
    for start in STARTS:
        for needed in NEEDED:
            alarms, hours = dict[str, int](), dict[str, float]()
            for example, scores in zip(empties, said, strict=True):
                count = _alarms(crossed(scores[:, _MAJOR], start, needed))
                for what in example.name.split("+")[1:] or ["quiet"]:
                    alarms[what] = alarms.get(what, 0) + count
                    hours[what] = hours.get(what, 0.0) + len(scores) * HOP_S / 3600
            found = {
                name: float(
                    np.mean(
                        [
                            crossed(scores[: within(trial, arm=False).stop, _MAJOR], start, needed)[
                                within(trial, arm=False)
                            ].any()
                            for trial, scores in zip(trials_, heard_, strict=True)
                            if trial.distance <= 4.0
                        ]
                    )
                )
                for name, (trials_, heard_) in walks.items()
            }
            rows.append(Row(start, needed, alarms, hours, found))
    return rows


def _alarms(reached: np.ndarray) -> int:
    rises = np.flatnonzero(reached & ~np.concatenate([[False], reached[:-1]]))
    count, last = 0, -(10**9)
    for rise in rises.tolist():
        if (rise - last) * HOP_S > 10:
            count += 1
        last = rise
    return count


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, required=True, help="where examples are kept")
    parser.add_argument("--network", type=Path, required=True, help="folder of motion.json, .npz")
    parser.add_argument("--empty", type=int, nargs="*", default=[], help="rounds of empty rooms")
    given = parser.parse_args()
    network = load(
        (given.network / "motion.json").read_text(encoding="utf-8"),
        (given.network / "motion.npz").read_bytes(),
    )
    paths = sorted((given.work / "validation").glob("scenes_????????.npz"))
    paths += [given.work / "empty" / f"empty_{number:02d}.npz" for number in given.empty]
    empties = [
        each
        for path in paths
        for each in read(path)
        if each.name.startswith("nobody") and each.hops == 1
    ]
    walks = {}
    for noise in (-90.0, -80.0):
        found = trials(given.work / "trials", arm=False, homes=_HOMES, noise=noise)
        walks[f"{noise:.0f}"] = (found, heard(network, [each.example for each in found]))
    for what in (Confounder.DESK_FAN, Confounder.CURTAIN):
        path = given.work / "trials"
        found = trials(path, arm=False, homes=_HOMES, noise=-90.0, confounder=what)
        walks[what] = (found, heard(network, [each.example for each in found]))
    for row in table(empties, heard(network, empties), walks):
        told = " ".join(f"{name} {share:.3f}" for name, share in row.found.items())
        bad = " ".join(
            f"{name} {count}/{row.hours[name]:.1f}h"
            for name, count in sorted(row.alarms.items())
            if count
        )
        print(f"start {row.start:5.1f} needed {row.needed:4.1f}  {told}  {bad}")


if __name__ == "__main__":
    main()
