"""Searching for sentences, on a decoder that is a table."""

from collections.abc import Mapping, Sequence
import math

import numpy as np
from numpy.typing import NDArray

from halcyon.speech.recognisers.beam import search
from halcyon.speech.recognisers.favour import Favours

START, END, TURN, ON, OFF, KIT, CHEN = range(7)
VOCABULARY = 20  # the rest is never likely


class Table:
    """A decoder that looks up what may follow the tokens so far."""

    def __init__(self, chances: Mapping[tuple[int, ...], Mapping[int, float]]) -> None:
        self._chances = chances
        self._rows: list[tuple[int, ...]] = [()]
        self.steps = 0

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> NDArray[np.float32]:
        self.steps += 1
        self._rows = [(*self._rows[row], token) for row, token in zip(rows, tokens, strict=True)]
        logits = np.full((len(tokens), VOCABULARY), -30.0, np.float32)
        for row, said in enumerate(self._rows):
            for token, chance in self._chances.get(said[1:], {END: 1.0}).items():
                logits[row, token] = math.log(chance)
        return logits


NOTHING = Favours(())


def test_the_likeliest_sentence_is_found_though_its_first_token_is_not_the_likeliest() -> None:
    table = Table({(): {TURN: 0.6, KIT: 0.4}, (TURN,): {ON: 0.5, OFF: 0.5}, (KIT,): {CHEN: 1.0}})
    found = search(table, START, END, 10, NOTHING)
    assert found[0].tokens == (KIT, CHEN)
    assert found[0].score == max(each.score for each in found)
    assert {each.tokens for each in found} >= {(TURN, ON), (TURN, OFF)}
    assert math.isclose(math.exp(sum(found[0].logs)), 0.4, rel_tol=1e-3)


def test_silence_is_a_sentence_without_tokens() -> None:
    assert search(Table({(): {END: 1.0}}), START, END, 10, NOTHING)[0].tokens == ()


def test_a_decoder_that_stammers_is_stopped() -> None:
    forever = {(ON,) * count: {ON: 0.99, END: 0.01} for count in range(60)}
    found = search(Table(forever), START, END, 50, NOTHING)
    assert max(len(each.tokens) for each in found) == 3


def test_no_sentence_is_longer_than_allowed() -> None:
    endless = {(): {TURN: 1.0}, (TURN,): {ON: 1.0}, (TURN, ON): {OFF: 1.0}}
    table = Table(endless)
    found = search(table, START, END, 2, NOTHING)
    assert table.steps == 2
    assert all(len(each.tokens) < 2 for each in found)


def test_a_favoured_name_wins_where_it_was_nearly_said() -> None:
    chances = {(): {TURN: 0.7, KIT: 0.3}, (KIT,): {CHEN: 1.0}}
    assert search(Table(chances), START, END, 10, NOTHING)[0].tokens == (TURN,)
    favoured = Favours([(KIT, CHEN)], weight=1.0)
    assert search(Table(chances), START, END, 10, favoured)[0].tokens == (KIT, CHEN)


def test_a_name_that_is_not_finished_gives_its_bonus_back() -> None:
    chances = {(): {TURN: 0.7, KIT: 0.3}, (KIT,): {OFF: 1.0}}
    favoured = Favours([(KIT, CHEN)], weight=1.0)
    assert search(Table(chances), START, END, 10, favoured)[0].tokens == (TURN,)
