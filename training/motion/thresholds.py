"""What each choice of thresholds costs: false alarms in empty rooms against walks found in time.

    python -m training.motion.thresholds --work WORK [--network FOLDER] [--empty ROUND ...]

Prints a table for the validation rooms, the best choice first. The rule: of all choices those with
the fewest alarms in rooms where nothing like a person moves, but for `TOLERATED` more; of these
the one that finds most walks. The choice is written into `halcyon.sense.ultrasound.verdict` by
hand.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from halcyon.sense.network import Network, load
from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.sense.ultrasound.verdict import EVIDENCE_LIMIT, KINDS, SPARE
from halcyon.simulate.ultrasound import Confounder, Kind

from .corpus import Floats, Lesson, sequences
from .example import Example, read
from .fitting import run
from .trials import WITHIN, Trial, after_quiet, onset_frame, trials

_MAJOR = KINDS.index("major")
STARTS = (-0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
NEEDED = (2.0, 3.0, 4.5, 6.0)
ONE_FRAME = (0.2, 0.34, 0.6)
TOLERATED = 1
"""Alarms; so few more or less are chance."""
_HOMES, _HOMES_ACROSS, _HOMES_BESIDE = 12, 24, 8
_APART_S = 10.0
_REACH_M, _BESIDE_M = 4.0, 3.0
_LIKE_PEOPLE = {"pet", "neighbour_open", "door"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds: the log-odds that count, the sum that is needed, and a frame's part of it."""

    start: float
    needed: float
    one_frame: float


CHOICES = tuple(Choice(*each) for each in product(STARTS, NEEDED, ONE_FRAME))


@dataclass(frozen=True, slots=True)
class Row:
    """One choice: false alarms by what ran, the hours of it, and the share of walks found."""

    choice: Choice
    alarms: dict[str, int]
    hours: dict[str, float]
    found: dict[str, float]

    @property
    def plain(self) -> int:
        """Alarms in rooms where nothing like a person moves."""
        return sum(count for what, count in self.alarms.items() if what not in _LIKE_PEOPLE)


def odds(scores: Floats) -> Floats:
    """Log-odds of scores, as far as one frame counts."""
    safe = np.clip(scores, 1e-6, 1 - 1e-6)
    values: Floats = np.clip(np.log(safe / (1 - safe)), -EVIDENCE_LIMIT, EVIDENCE_LIMIT)
    return values


def crossed(values: Floats, choice: Choice) -> np.ndarray:
    """In which frames the sum of log-odds (…, n) beyond `start` reaches what is needed."""
    total = np.zeros(values.shape[:-1])
    reached = np.zeros(values.shape, dtype=np.bool)
    for index in range(values.shape[-1]):
        gained = np.minimum(values[..., index] - choice.start, choice.one_frame * choice.needed)
        total = np.clip(total + gained, 0.0, choice.needed + SPARE)
        reached[..., index] = total >= choice.needed
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


def what_runs(name: str) -> str:
    """Which group an empty room belongs to, by the name of its example."""
    running = name.split("+")[1:]
    for each in ("pet", "neighbour_open", "door", "music", "transients"):
        if each in running:
            return each
    return "machines and air" if running else "quiet"


def share_found(
    trials_: Sequence[Trial], said: Sequence[Floats], choice: Choice, reach: float
) -> float:
    """The part of walks up to a distance in metres that is found in time."""
    found = []
    for trial, scores in zip(trials_, said, strict=True):
        if trial.distance <= reach:
            part = within(trial, arm=False)
            found.append(crossed(scores[: part.stop, _MAJOR], choice)[part].any())
    return float(np.mean(found))


def table(
    empties: Sequence[Example],
    said: Sequence[Floats],
    walks: dict[str, tuple[list[Trial], list[Floats], float]],
    choices: Sequence[Choice] = CHOICES,
) -> list[Row]:
    """All choices, the best first. `walks` has the reach in metres of each group."""
    longest = max(len(each) for each in said)
    padded = np.full((len(said), longest), -EVIDENCE_LIMIT, dtype=np.float32)
    for index, scores in enumerate(said):
        padded[index, : len(scores)] = scores[:, _MAJOR]
    groups = [what_runs(each.name) for each in empties]
    hours = dict[str, float]()
    for what, scores in zip(groups, said, strict=True):
        hours[what] = hours.get(what, 0.0) + len(scores) * HOP_S / 3600
    rows = []
    for choice in choices:
        alarms = dict.fromkeys(hours, 0)
        for what, reached in zip(groups, crossed(padded, choice), strict=True):
            alarms[what] += _alarms(reached)
        found = {
            name: share_found(trials_, heard_, choice, reach)
            for name, (trials_, heard_, reach) in walks.items()
        }
        rows.append(Row(choice, alarms, hours, found))
    return ranked(rows)


def ranked(rows: Sequence[Row]) -> list[Row]:
    """The rule: alarms first, then walks."""
    fewest = min(row.plain for row in rows)
    return sorted(
        rows,
        key=lambda row: (
            max(0, row.plain - fewest - TOLERATED),
            -sum(row.found.values()),
        ),
    )


def _alarms(reached: np.ndarray) -> int:
    rises = np.flatnonzero(reached & ~np.concatenate([[False], reached[:-1]]))
    count, last = 0, -(10**9)
    for rise in rises.tolist():
        if (rise - last) * HOP_S > _APART_S:
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
    for row in table(empties, heard(network, empties), _walks(network, given.work / "trials")):
        choice = row.choice
        told = " ".join(f"{name} {share:.3f}" for name, share in row.found.items())
        bad = " ".join(
            f"{name} {count}/{row.hours[name]:.1f}h" for name, count in sorted(row.alarms.items())
        )
        print(f"{choice.start:5.1f} {choice.needed:4.1f} {choice.one_frame:.2f}  {told}  {bad}")


def _walks(network: Network, folder: Path) -> dict[str, tuple[list[Trial], list[Floats], float]]:
    groups = {
        "-90": (trials(folder, arm=False, homes=_HOMES, noise=-90.0), _REACH_M),
        "strangers": (
            trials(folder, arm=False, homes=_HOMES, noise=-90.0, strangers=True),
            _REACH_M,
        ),
        "-80": (trials(folder, arm=False, homes=_HOMES, noise=-80.0), _REACH_M),
        "across": (
            trials(folder, arm=False, homes=_HOMES_ACROSS, noise=-90.0, across=True),
            _REACH_M,
        ),
    }
    for what in (Confounder.DESK_FAN, Confounder.CURTAIN):
        found = trials(folder, arm=False, homes=_HOMES_BESIDE, noise=-90.0, confounder=what)
        groups[what] = (found, _BESIDE_M)
    late = {
        name: ([after_quiet(each) for each in found], reach)
        for name, (found, reach) in groups.items()
    }
    return {
        name: (found, heard(network, [each.example for each in found]), reach)
        for name, (found, reach) in late.items()
    }


if __name__ == "__main__":
    main()
