"""Evaluations that are left and continued."""

from pathlib import Path

from halcyon.evaluate.speech.kept import Kept, Reading
from halcyon.speech.hypothesis import Hypothesis, Pass

READING = Reading(
    (
        Hypothesis("turn on the lamp", 0.0, (), Pass.GRAMMAR, 210.5),
        Hypothesis("turn on the l\u00e1mp", -2.5, (), Pass.GRAMMAR, None),
    ),
    0.25,
)


def test_what_was_heard_is_not_heard_again(tmp_path: Path) -> None:
    heard = []

    def read() -> Reading:
        heard.append(1)
        return READING

    for _ in range(2):
        kept = Kept(tmp_path / "new").of("an engine", ("some", "phrases"))
        assert kept.reading(b"sound", read) == READING
    assert len(heard) == 1


def test_other_sounds_other_engines_and_other_phrases_are_heard(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    other = Reading((), 1.0)
    assert kept.of("one", "phrases").reading(b"sound", lambda: READING) == READING
    assert kept.of("one", "phrases").reading(b"other", lambda: other) == other
    assert kept.of("one", "others").reading(b"sound", lambda: other) == other
    assert kept.of("two", "phrases").reading(b"sound", lambda: other) == other


def test_without_a_folder_nothing_is_kept() -> None:
    readings = Kept().of("one")
    assert readings.reading(b"sound", lambda: READING) == READING
    assert Kept().of("one").reading(b"sound", lambda: Reading((), 0.0)).hypotheses == ()
