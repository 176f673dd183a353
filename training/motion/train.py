"""Trains the network that tells what moves, from nothing but a folder of data.

    python -m training.motion.train --data DATA --work WORK [--scenes N] [--rounds N] [--out DIR]
        [--begin FOLDER]

DATA holds `ultrasound/` with the recordings and the songs; WORK keeps renderings and results
between runs, so that a run that was stopped goes on. Everything follows from the numbers of the
scenes and one seed. A seed model learns from a quarter of the scenes; then rounds of mining look
for what fools the model in empty rooms that it has not heard, and it learns from that too.
With --begin the seed model is that of FOLDER.
"""

import argparse
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
import json
from pathlib import Path

import jax.numpy as jnp

from halcyon.evaluate.motion.ultragsattack import Recordings
from halcyon.sense.network import Network, load
from halcyon.sense.ultrasound.features import WIDTH
from halcyon.sense.ultrasound.floor import learned_from
from training.network.fit import Project
from training.network.model import Params, network_of, params_of
from training.network.thrift import Pruning, rounded

from .corpus import Corpus, Lesson, sequences
from .example import QUIET, Example, read
from .fitting import STRUCTURE, Course, export, finished, trained
from .mining import SCENES_A_ROUND, Report, empties, mine
from .recordings import SEEN, examples
from .render import SCENES_A_FILE, Sources, render_files
from .scenes import VALIDATION

SCENES = 1600
VALIDATION_SCENES = 128
ROUNDS = 1
"""The seed model is round 0."""

_SHARES = {"scenes": 1.0, "real": 0.3, "mined": 0.25}
"""How often examples of each origin are drawn, against each other."""

_SEED_PART = 4
"""A seed model learns from every fourth stretch."""

SEED_COURSE = Course(steps=800)
ROUND_COURSE = Course(steps=2000, rate=1.5e-3, every=250, settled=2000)
"""A round goes on from the weights before it, so it begins with smaller steps. Its last weights
are kept: the lowest loss is that of steps still large, which finds fewer walks."""


@dataclass(frozen=True, slots=True)
class Variant:
    """How the weights are to be kept: as they are, rounded to int8, or half of them zero."""

    rounding: Callable[[Params], Params] | None = None
    project: Project | None = None


VARIANTS = {
    "float": Variant(),
    "int8": Variant(rounding=rounded),
    "sparse": Variant(project=Pruning(start=200, end=1200)),
}


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from, and what is judged by."""

    scenes: Sequence[Lesson]
    real: Sequence[Lesson]
    validation: Sequence[Lesson]

    def corpus(self, mined: Sequence[Lesson], every: int = 1) -> Corpus:
        """Everything, or only every so manieth stretch of the scenes."""
        groups = {"scenes": list(self.scenes[::every]), "real": list(self.real)}
        return Corpus(groups | {"mined": list(mined)}, _SHARES)


def gathered(data: Path, work: Path, scenes: int, *, people: Collection[str] = SEEN) -> Material:
    """Renders what is missing and reads everything; real recordings are those of `people`."""
    sources = Sources(data)
    render_files(work / "train", 0, scenes, sources)
    render_files(work / "validation", VALIDATION, VALIDATION_SCENES, sources)
    heard = _without_others(_read_all(work / "train", scenes), people)
    return Material(
        sequences(_some_calibrated(heard)),
        sequences(examples(Recordings(data), people)),
        sequences(_read_all(work / "validation")),
    )


def _read_all(folder: Path, scenes: int | None = None) -> list[Example]:
    paths = sorted(folder.glob("scenes_????????.npz"))
    wanted = paths if scenes is None else paths[: -(-scenes // SCENES_A_FILE)]
    return [example for path in wanted for example in read(path)]


def _some_calibrated(found: Sequence[Example]) -> list[Example]:
    """The same, but every other phone learned the quiet of its own clip, if it has enough.

    Else nothing but nodes with good microphones would ever have a floor.
    """
    out = []
    for number, each in enumerate(found):
        quiet = each.doppler.bands[each.kinds == QUIET]
        if each.median is None and number % 2 and len(quiet) >= _CLIP_LESSON_FRAMES:
            median, high = learned_from(quiet)
            out.append(replace(each, median=median, high=high))
        else:
            out.append(each)
    return out


_CLIP_LESSON_FRAMES = 40


def _without_others(found: Sequence[Example], people: Collection[str]) -> list[Example]:
    """What holds no background of anybody but some people."""
    return [
        each
        for each in found
        if not each.name.startswith("over ") or each.name.split()[1] in people
    ]


def without(
    left_out: Collection[str], everybody: Collection[str], data: Path, work: Path, scenes: int
) -> Network:
    """A network that heard no recording of some people, for cross-validation.

    One course without rounds of mining: what is judged is how it does on real recordings.
    """
    people = [person for person in everybody if person not in left_out]
    material = gathered(data, work, scenes, people=people)
    return finished(trained(material.corpus([]), material.validation, SEED_COURSE))


def begun(folder: Path) -> Params:
    """The weights of a network to go on from.

    Features that it did not know yet are the last ones, and count nothing at first.
    """
    network = load(
        (folder / "motion.json").read_text(encoding="utf-8"), (folder / "motion.npz").read_bytes()
    )
    params = params_of(network)
    unknown = WIDTH - network.structure.inputs
    params[_FIRST] = jnp.pad(params[_FIRST], ((0, unknown), (0, 0)))
    return params


_FIRST = "0.weight"


def _seed(material: Material, begin: Path | None) -> Network:
    if begin is not None:
        return network_of(STRUCTURE, begun(begin))
    corpus = material.corpus([], _SEED_PART)
    return finished(trained(corpus, material.validation, SEED_COURSE))


def trained_in_rounds(
    material: Material, data: Path, work: Path, rounds: int, begin: Path | None = None
) -> tuple[Network, list[Report]]:
    """The network after the last round, and what each round found before it learned from it."""
    network = _seed(material, begin)
    export(network, work / "round_0")
    mined: list[Example] = []
    reports = []
    for number in range(rounds + 1):
        heard = empties(work / "empty", number, Sources(data), SCENES_A_ROUND)
        found, report = mine(network, heard)
        reports.append(report)
        _tell(work / f"round_{number}.json", report)
        if number == rounds:
            break
        mined += found
        corpus = material.corpus(sequences(mined))
        fitted = trained(
            corpus,
            material.validation,
            replace(ROUND_COURSE, seed=number + 2),
            begin=params_of(network),
        )
        network = finished(fitted)
        export(network, work / f"round_{number + 1}")
    return network, reports


def _tell(path: Path, report: Report) -> None:
    path.write_text(json.dumps(asdict(report), indent=2) + "\n", encoding="utf-8")
    alarms = report.false_alarms - report.alike_alarms
    hours = report.hours - report.alike_hours
    print(
        f"{path.stem}: {alarms} false alarms in {hours:.1f} h, and {report.alike_alarms} in "
        f"{report.alike_hours:.1f} h with pets, neighbours and doors",
        flush=True,
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds ultrasound/")
    parser.add_argument("--work", type=Path, required=True, help="keeps renderings and results")
    parser.add_argument("--scenes", type=int, default=SCENES, help="how many scenes to learn from")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of mining")
    parser.add_argument("--begin", type=Path, help="a folder of weights to go on from")
    parser.add_argument("--out", type=Path, help="where to write motion.json and motion.npz")
    parser.add_argument(
        "--variant", choices=VARIANTS, default="float", help="train the result on as one of these"
    )
    given = parser.parse_args()
    material = gathered(given.data, given.work, given.scenes)
    network, _ = trained_in_rounds(material, given.data, given.work, given.rounds, given.begin)
    if given.variant != "float":
        variant = VARIANTS[given.variant]
        fitted = trained(
            material.corpus([]),
            material.validation,
            ROUND_COURSE,
            begin=params_of(network),
            rounding=variant.rounding,
            project=variant.project,
        )
        network = finished(fitted)
    out = given.out if given.out is not None else given.work / "result"
    export(network, out, int8=given.variant == "int8")


if __name__ == "__main__":
    main()
