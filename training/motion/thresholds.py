"""What each choice of thresholds costs: false alarms in empty rooms against walks found in time.

    python -m training.motion.thresholds --data DATA --work WORK --network FOLDER
        [--empty ROUND ...]

Prints a table for the validation rooms, the best choice first. The rule: of all choices those with
the fewest alarms in empty rooms where one thing runs at a time, but for `TOLERATED` more, and at
most `BEARABLE` an hour where several things do, which is worse on purpose; of these the one that
finds most walks. What moves as people do is printed beside. The choice is written into
`halcyon.sense.ultrasound.verdict` by hand.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from halcyon.sense.network import Network, load
from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.simulate.ultrasound import Confounder, Kind

from .calm import after_calm, rising
from .evidence import Choice, Said, crossed, heard, together
from .example import Example, read
from .render import Sources
from .trials import WITHIN, Trial, after_quiet, onset_frame, trials
from .vacancies import vacancies

STARTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
"""Not below 0: minor motion alone, which counts half, is to switch no empty room on."""
NEEDED = (2.0, 3.0, 4.5, 6.0)
ONE_FRAME = (0.2, 0.34)
"""The window of a single blow fills three frames, so no fewer are to be enough."""
TOLERATED = 1
"""Alarms; so few more or less are chance."""
BEARABLE = 1.5
"""Alarms an hour in rooms with several things at once."""
_QUIET = {
    "-90": (12, -90.0, False, False),
    "strangers": (24, -90.0, False, True),
    "-80": (12, -80.0, False, False),
    "-100": (12, -100.0, False, False),
    "across": (24, -90.0, True, False),
    "strangers across": (24, -90.0, True, True),
    "strangers across -80": (12, -80.0, True, True),
    "strangers across -100": (12, -100.0, True, True),
}
"""Walks in quiet rooms: homes, noise floor in dBc/Hz, whether across, and by whom."""
_HOMES_BESIDE = 8
_CALM_S, _SEED = 20.0, 0
"""How long rooms are heard before anything begins."""
_APART_S = 10.0
_REACH_M, _BESIDE_M = 4.0, 3.0
_SINGLE = "one thing"
_LIKE_PEOPLE = {"pet", "neighbour_open", "door"}


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
        """Alarms in rooms where one thing runs."""
        return sum(count for what, count in self.alarms.items() if what.startswith(_SINGLE))

    @property
    def crowded(self) -> float:
        """Alarms an hour in rooms where several things run, but none like a person."""
        told = [
            what for what in self.hours if what not in _LIKE_PEOPLE and not what.startswith(_SINGLE)
        ]
        hours = sum(self.hours[what] for what in told)
        return sum(self.alarms[what] for what in told) / hours if hours else 0.0


def within(trial: Trial, *, arm: bool) -> slice:
    """The frames in which a trial's motion is to be found."""
    onset = onset_frame(trial.example, int(Kind.MINOR if arm else Kind.MAJOR))
    return slice(onset, onset + WITHIN[arm])


def what_runs(name: str) -> str:
    """Which group an empty room belongs to, by the name of its example."""
    running = name.split("+")[1:]
    if name.startswith(_SINGLE):
        return name
    for each in ("pet", "neighbour_open", "door", "music", "transients"):
        if each in running:
            return each
    return "machines and air" if running else "quiet"


def share_found(
    trials_: Sequence[Trial], said: Sequence[Said], choice: Choice, reach: float
) -> float:
    """The part of walks up to a distance in metres that is found in time."""
    found = []
    near = [number for number, trial in enumerate(trials_) if trial.distance <= reach]
    reached = crossed(together([said[number] for number in near]), choice)
    for number, each in zip(near, reached, strict=True):
        found.append(each[within(trials_[number], arm=False)].any())
    return float(np.mean(found))


def table(
    empties: Sequence[Example],
    said: Sequence[Said],
    walks: dict[str, tuple[list[Trial], list[Said], float]],
    choices: Sequence[Choice] = CHOICES,
) -> list[Row]:
    """All choices, the best first. `walks` has the reach in metres of each group."""
    at_once = together(said)
    groups = [what_runs(each.name) for each in empties]
    hours = dict[str, float]()
    for what, each in zip(groups, said, strict=True):
        hours[what] = hours.get(what, 0.0) + len(each.odds) * HOP_S / 3600
    rows = []
    for choice in choices:
        alarms = dict.fromkeys(hours, 0)
        for what, reached in zip(groups, crossed(at_once, choice), strict=True):
            alarms[what] += _alarms(reached)
        found = {
            name: share_found(trials_, heard_, choice, reach)
            for name, (trials_, heard_, reach) in walks.items()
        }
        rows.append(Row(choice, alarms, hours, found))
    return ranked(rows)


def ranked(rows: Sequence[Row]) -> list[Row]:
    """By the rule: alarms first, then walks."""
    fewest = min(row.plain for row in rows)
    return sorted(
        rows,
        key=lambda row: (
            max(0, row.plain - fewest - TOLERATED),
            row.crowded > BEARABLE,
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
    parser.add_argument("--data", type=Path, required=True, help="folder that holds ultrasound/")
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
    rng = np.random.default_rng(_SEED)
    for each in vacancies(given.work / "vacancies", Sources(given.data)):
        name = f"{_SINGLE}: {_what(each.name)}"
        empties.append(replace(rising(each, _CALM_S, rng), name=name))
    for row in table(empties, heard(network, empties), _walks(network, given.work / "trials")):
        choice = row.choice
        told = " ".join(f"{name} {share:.3f}" for name, share in row.found.items())
        bad = " ".join(
            f"{name} {count}/{row.hours[name]:.1f}h" for name, count in sorted(row.alarms.items())
        )
        print(f"{choice.start:5.1f} {choice.needed:4.1f} {choice.one_frame:.2f}  {told}  {bad}")


def _what(name: str) -> str:
    return name.partition("+")[2] or "quiet"


def _walks(network: Network, folder: Path) -> dict[str, tuple[list[Trial], list[Said], float]]:
    rng = np.random.default_rng(_SEED)
    groups = dict[str, tuple[list[Trial], float]]()
    for name, (homes, noise, across, strangers) in _QUIET.items():
        found = trials(
            folder, arm=False, homes=homes, noise=noise, across=across, strangers=strangers
        )
        late = [
            replace(each, example=after_calm(each.example, _CALM_S, rng))
            for each in found
            if each.distance <= _REACH_M
        ]
        groups[name] = late, _REACH_M
    for what in (Confounder.DESK_FAN, Confounder.CURTAIN):
        found = trials(folder, arm=False, homes=_HOMES_BESIDE, noise=-90.0, confounder=what)
        groups[what] = [after_quiet(each) for each in found], _BESIDE_M
    return {
        name: (found, heard(network, [each.example for each in found]), reach)
        for name, (found, reach) in groups.items()
    }


if __name__ == "__main__":
    main()
