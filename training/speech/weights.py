"""Fits by what confidence a sentence counts as a command: `engine/speech/verdict/rejection.json`.

    python -m training.speech.weights --clips CACHE [--models MODELS] [--out FILE]

Two synthetic voices (hibari heart, flite rms) say what is said in the development home
(`engine/evaluate/speech/homes/development.json`): commands, orders to things and rooms that it has
not, and conversation. Neither these voices nor this home are part of any evaluation, and no
recording of the evaluations is heard here. A logistic regression with a ridge tells commands of
which the right sentence was found from all else; what is in the wrong room is told by the household
document and left out.
"""

import argparse
from collections.abc import Iterator, Sequence
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halcyon.core.snapshot import Json
from halcyon.evaluate.speech.hearing import Heard, Listening
from halcyon.evaluate.speech.scoring import same
from halcyon.evaluate.speech.utterances import Kind, Utterance, home
from halcyon.evaluate.speech.voices import DEVELOPMENT, clip_cache, speak
from halcyon.speech.engines import Engines
from halcyon.speech.hypothesis import Pass
from halcyon.speech.models.folder import models_folder
from halcyon.speech.verdict.candidates import heard_by_pass
from halcyon.speech.verdict.rejection import features
from halcyon.speech.verdict.rescoring import rank

type Floats = NDArray[np.float64]

_FIRST = (Pass.GRAMMAR, Pass.FREE)
_ALL = (*_FIRST, Pass.ATTENTION)

_RIDGE = 0.3
"""Holds weights back that a few hundred sentences do not settle."""

_STEPS = 50
_DIGITS = 3


def fitted(said: Sequence[tuple[Utterance, Heard]], listening: Listening) -> Json:
    """The document that the engine reads."""
    names = {"first": _FIRST, "second": _ALL}
    return {name: _weights(*_table(said, listening, passes)) for name, passes in names.items()}


def _table(
    said: Sequence[tuple[Utterance, Heard]], listening: Listening, passes: Sequence[Pass]
) -> tuple[Floats, Floats]:
    """Features (utterances, features) and whether each is to be accepted (utterances,)."""
    rows, right = [], []
    for utterance, heard in said:
        if utterance.kind is Kind.ELSEWHERE:
            continue
        hypotheses = [each for source in passes for each in heard.readings[source]]
        grammar = listening.grammar
        ranked = rank(heard_by_pass(hypotheses, grammar), listening.household, grammar)
        if ranked:
            rows.append(features(ranked[0].evidence, ranked[0].prior))
            is_command = utterance.kind is Kind.COMMAND
            right.append(float(is_command and same(ranked[0].reading.text, utterance.text)))
    return np.array(rows), np.array(right)


def _weights(read: Floats, right: Floats) -> Json:
    """A logistic regression by Newton's method; both classes weigh the same."""
    inputs = np.column_stack([read, np.ones(len(read))])
    share = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    ridge = np.diag([*[_RIDGE] * read.shape[1], 0.0])
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (share * (right - chance)) - ridge @ found
        bend = (inputs * (share * chance * (1 - chance))[:, None]).T @ inputs + ridge
        found += np.linalg.solve(bend, slope)
    chance = 1 / (1 + np.exp(-inputs @ found))
    rounded: list[Json] = [round(float(each), _DIGITS) for each in found]
    return {
        "features": rounded[:-1],
        "constant": rounded[-1],
        "commands": int(right.sum()),
        "others": int(len(right) - right.sum()),
        "accepted": round(float((chance[right == 1] >= 0.5).mean()), _DIGITS),
        "passing": round(float((chance[right == 0] >= 0.5).mean()), _DIGITS),
    }


def _said(listening: Listening, clips: Path) -> Iterator[tuple[Utterance, Heard]]:
    utterances = home("development").utterances
    for voice in DEVELOPMENT:
        sounds = speak(voice, [each.text for each in utterances], clips)
        for each in utterances:
            yield each, listening.hear(sounds[each.text])


def main() -> None:
    """Hear everything, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=clip_cache())
    parser.add_argument("--models", type=Path, default=models_folder())
    parser.add_argument("--out", type=Path, default=Path("engine/speech/verdict/rejection.json"))
    asked = parser.parse_args()
    listening = Listening(Engines(asked.models), home("development").household)
    document = fitted(tuple(_said(listening, asked.clips)), listening)
    asked.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
