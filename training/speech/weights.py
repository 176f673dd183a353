"""Fits by what confidence a sentence counts as a command: `engine/speech/verdict/rejection.json`.

    python -m training.speech.weights --clips CACHE [--keep DIR] [--models MODELS] [--out FILE]

Two synthetic voices (hibari heart, flite rms) say what is said in the development home
(`engine/evaluate/speech/homes/development.json`): commands, orders to things and rooms that it has
not, and conversation. Each clip is heard clean and in a room of its own (`rooms.py`), and every
second one also by whoever only waits for half of the commands as a closed list. Neither these
voices nor this home nor this noise are part of any evaluation, and no recording of the evaluations
is heard here. Logistic regressions with a ridge tell commands from all else. Left out are what is
in the wrong room, which the household document tells, and commands that were misheard: to find the
right sentence is the business of `rescoring.py`.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import sys

import numpy as np
from numpy.typing import NDArray

from halcyon.core.snapshot import Json
from halcyon.evaluate.speech.hearing import Heard, Listening
from halcyon.evaluate.speech.kept import Kept
from halcyon.evaluate.speech.scoring import same
from halcyon.evaluate.speech.utterances import Kind, Utterance, home
from halcyon.evaluate.speech.voices import DEVELOPMENT, clip_cache, speak
from halcyon.evaluate.statistics import auc
from halcyon.speech.engines import Engines
from halcyon.speech.hypothesis import Hypothesis, Pass
from halcyon.speech.language.household import household_from_json
from halcyon.speech.models.folder import models_folder
from halcyon.speech.verdict.candidates import heard_by_pass
from halcyon.speech.verdict.rejection import features, regression
from halcyon.speech.verdict.rescoring import rank

from .regression import chances, regressed_one_way
from .rooms import heard_in_a_room

type Floats = NDArray[np.float64]

_FIRST = (Pass.GRAMMAR, Pass.FREE)
_ALL = (*_FIRST, Pass.ATTENTION)

_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """One clip: what was said by which voice, in a room or clean, and what was made of it."""

    utterance: Utterance
    voice: str
    clean: bool
    heard: Heard
    listening: Listening


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What one regression reads of clips.

    `read` are features (clips, features); `right` whether each is a command, and `voices` whose
    they are (clips,).
    """

    read: Floats
    right: Floats
    voices: NDArray[np.str_]


def fitted(said: Sequence[Said]) -> Json:
    """The document that the engine reads."""
    return {
        name: _weights(rows, with_likelihoods="likelihoods" in name)
        for name, rows in tables(said).items()
    }


def tables(said: Sequence[Said]) -> dict[str, Rows]:
    """What each regression is fitted to: with one and two passes, with and without likelihoods."""
    found: dict[str, list[tuple[tuple[float, ...], float, str]]] = {}
    for each in said:
        for passes in (_FIRST, _ALL):
            whole = [one for source in passes for one in each.heard.readings[source]]
            # Where no likelihood is known, agreement is all there is. In a room that tells so
            # little that weights which allow for it would accept whatever is absent.
            supposed = [_as_supposed(one) for one in whole if one.score == 0.0 and each.clean]
            for hypotheses in (whole, supposed):
                row = _row(each, hypotheses)
                if row is not None:
                    found.setdefault(row[0], []).append((row[1], row[2], each.voice))
    return {
        name: Rows(
            np.array([row[0] for row in rows]),
            np.array([row[1] for row in rows]),
            np.array([row[2] for row in rows]),
        )
        for name, rows in sorted(found.items())
    }


def _as_supposed(hypothesis: Hypothesis) -> Hypothesis:
    """What is known while somebody may still speak: the text of the best reading."""
    return Hypothesis(hypothesis.text, 0.0, (), hypothesis.source)


def _row(
    each: Said, hypotheses: Sequence[Hypothesis]
) -> tuple[str, tuple[float, ...], float] | None:
    """Which regression reads these, what, and whether it is a command.

    None where no sentence was found, or of a command another than was said.
    """
    listening = each.listening
    heard = heard_by_pass(hypotheses, listening.grammar)
    ranked = rank(heard, listening.household, listening.grammar) if heard else []
    if not ranked:
        return None
    best = ranked[0]
    is_command = each.utterance.kind is Kind.COMMAND
    if is_command and not same(best.reading.text, each.utterance.text):
        return None
    return regression(best.weighed), features(best.weighed), float(is_command)


def _weights(rows: Rows, *, with_likelihoods: bool) -> Json:
    """A regression, and how well one that heard the other voice alone tells each voice.

    Disagreement never speaks for a sentence, and likelihood never against it.
    """
    signs = -np.ones(rows.read.shape[1])
    if with_likelihoods:
        signs[-1] = 1.0
    found = regressed_one_way(rows.read, rows.right, signs)
    other = np.empty(len(rows.right))
    for voice in np.unique(rows.voices):
        own = rows.voices == voice
        without = regressed_one_way(rows.read[~own], rows.right[~own], signs)
        other[own] = chances(without, rows.read[own])
    good, bad = other[rows.right == 1], other[rows.right == 0]
    rounded: list[Json] = [round(float(each), _DIGITS) for each in found]
    return {
        "features": rounded[:-1],
        "constant": rounded[-1],
        "commands": good.size,
        "others": bad.size,
        "area": round(auc(good, bad), _DIGITS),
        "accepted": round(float((good >= 0.5).mean()), _DIGITS),
        "passing": round(float((bad >= 0.5).mean()), _DIGITS),
    }


def said_by_all(engines: Engines, clips: Path, keep: Path | None, every: int) -> Iterator[Said]:
    """Clips, clean and in rooms; of commands one in `every`, other ones of each voice."""
    developed, kept = home("development"), Kept(keep)
    commands = [each.text for each in developed.utterances if each.kind is Kind.COMMAND]
    listed = frozenset(commands[::2])
    at_home = Listening(engines, developed.household, kept)
    closed = Listening(engines, household_from_json({"phrases": [*sorted(listed)]}), kept)
    utterances = [each for each in developed.utterances if each.kind is not Kind.ELSEWHERE]
    for index, voice in enumerate(DEVELOPMENT):
        sounds = speak(voice, [each.text for each in utterances], clips)
        for seed, each in enumerate(utterances):
            if each.kind is Kind.COMMAND and seed % every != index % every:
                continue
            clean = sounds[each.text]
            room = heard_in_a_room(clean, len(utterances) * index + seed)
            for sound in (clean, room):
                is_clean = sound is clean
                yield Said(each, str(voice), is_clean, at_home.hear(sound), at_home)
                # What is in no list but made of its words means what the list means: no negative.
                is_rest = each.kind is Kind.COMMAND and each.text not in listed
                if seed // every % 2 == index and not is_rest:
                    yield Said(each, str(voice), is_clean, closed.hear(sound), closed)
        print(f"{voice} was heard", file=sys.stderr)


def main() -> None:
    """Hear everything, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=clip_cache())
    parser.add_argument("--keep", type=Path, help="keep what was heard, and hear nothing twice")
    parser.add_argument("--every", type=int, default=1, help="use only one command in so many")
    parser.add_argument("--models", type=Path, default=models_folder())
    parser.add_argument("--out", type=Path, default=Path("engine/speech/verdict/rejection.json"))
    asked = parser.parse_args()
    engines = Engines(asked.models)
    document = fitted(tuple(said_by_all(engines, asked.clips, asked.keep, asked.every)))
    asked.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
