"""Readings of segments put together, and what share each word has."""

import math

from hypothesis import given, strategies as st
import pytest

from halcyon.speech.hypothesis import Pass, Word
from halcyon.speech.recognisers.lattice import Path, joined, with_confidences


def path(likelihood: float, text: str, start: float = 0.0) -> Path:
    return Path(
        likelihood,
        tuple(Word(word, start + i, start + i + 0.8, None) for i, word in enumerate(text.split())),
    )


def test_nothing_said_is_one_empty_reading() -> None:
    assert [way.text for way in joined([], 10)] == [""]


def test_segments_are_joined_best_first() -> None:
    ways = joined(
        [
            (path(-1, "turn on"), path(-2, "turn off")),
            (path(-1, "the light", 2), path(-1.5, "the lights", 2)),
        ],
        3,
    )
    assert [way.text for way in ways] == [
        "turn on the light",
        "turn on the lights",
        "turn off the light",
    ]
    assert [way.likelihood for way in ways] == [-2, -2.5, -3]


def test_of_ways_that_say_the_same_the_likelier_is_kept() -> None:
    ways = joined([(path(-3, "a"), path(-1, "a"))], 10)
    assert [(way.text, way.likelihood) for way in ways] == [("a", -1)]


def test_a_word_in_all_readings_is_sure_and_one_in_some_is_as_likely_as_these() -> None:
    best, second = with_confidences(
        [path(0.0, "turn on"), path(math.log(1 / 3), "turn off")], Pass.FREE
    )
    assert [word.confidence for word in best.words] == pytest.approx([1.0, 0.75])
    assert [word.confidence for word in second.words] == pytest.approx([1.0, 0.25])
    assert [best.score, second.score] == pytest.approx([0.0, math.log(1 / 3)])
    assert best.confidence == pytest.approx(0.875)


def test_the_same_word_elsewhere_does_not_count() -> None:
    best, _ = with_confidences([path(0.0, "on"), path(0.0, "on", start=5.0)], Pass.FREE)
    assert best.words[0].confidence == pytest.approx(0.5)


@given(st.lists(st.floats(-50, 0), min_size=1, max_size=10), st.data())
def test_confidences_are_shares(likelihoods: list[float], data: st.DataObject) -> None:
    likelihoods.sort(reverse=True)
    paths = [
        path(likelihood, " ".join(data.draw(st.lists(st.sampled_from("abc"), max_size=4))))
        for likelihood in likelihoods
    ]
    found = with_confidences(paths, Pass.GRAMMAR)
    assert found[0].score == 0.0
    for hypothesis in found:
        for word in hypothesis.words:
            assert word.confidence is not None
            assert 0.0 < word.confidence <= 1.0
