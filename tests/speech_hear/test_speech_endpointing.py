"""Ends and pauses, as sequences of moments."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from halcyon.speech.endpointing import SLOWEST, End, EndPointer, Moment, Outlook, Patience

STEP = 0.032
PATIENCE = Patience()


def moments(*parts: tuple[float, bool, str, Outlook], start: float = 0.0) -> Iterator[Moment]:
    at = start
    for seconds, voice, text, outlook in parts:
        for _ in range(round(seconds / STEP)):
            at += STEP
            yield Moment(at, voice, text, outlook)


def run(
    *parts: tuple[float, bool, str, Outlook], patience: Patience = PATIENCE
) -> list[tuple[End, float]]:
    pointer = EndPointer(patience)
    found = []
    for moment in moments(*parts):
        end = pointer.step(moment)
        if end is not None:
            found.append((end, round(moment.at - (pointer.speech_end or 0.0), 3)))
    return found


def silences(ends: list[tuple[End, float]], end: End) -> list[float]:
    return [silence for each, silence in ends if each is end]


SPEECH = (1.0, True, "turn on the light", Outlook.EITHER)


@pytest.mark.parametrize(
    ("outlook", "wait"),
    [
        (Outlook.OVER, PATIENCE.over),
        (Outlook.EITHER, PATIENCE.either),
        (Outlook.UNKNOWN, PATIENCE.unknown),
        (Outlook.MORE, PATIENCE.more),
        (Outlook.NOTHING, PATIENCE.no_speech),
    ],
)
def test_how_long_silence_must_be_depends_on_what_was_said(outlook: Outlook, wait: float) -> None:
    ends = run((1.0, True, "words", outlook), (10.0, False, "words", outlook))
    assert silences(ends, End.FINAL) == [pytest.approx(wait, abs=STEP)]


def test_a_whole_sentence_is_supposed_over_well_before_it_is() -> None:
    ends = run(SPEECH, (3.0, False, *SPEECH[2:]))
    assert [end for end, _ in ends] == [End.SUPPOSED, End.FINAL]
    assert ends[1][1] - ends[0][1] >= 0.2


def test_half_a_sentence_is_never_supposed_over() -> None:
    ends = run((1.0, True, "turn on the", Outlook.MORE), (5.0, False, "turn on the", Outlook.MORE))
    assert [end for end, _ in ends] == [End.FINAL]


def test_who_speaks_on_takes_it_back_and_the_pause_is_remembered() -> None:
    pointer = EndPointer(PATIENCE)
    parts = (
        SPEECH,
        (0.4, False, *SPEECH[2:]),
        (1.0, True, "turn on the light in the kitchen", Outlook.OVER),
        (2.0, False, "turn on the light in the kitchen", Outlook.OVER),
    )
    ends = [end for moment in moments(*parts) if (end := pointer.step(moment)) is not None]
    assert ends == [End.SUPPOSED, End.WITHDRAWN, End.SUPPOSED, End.FINAL]
    assert pointer.pauses == [pytest.approx(0.4, abs=2 * STEP)]


def test_words_that_come_late_take_it_back_too() -> None:
    ends = run(SPEECH, (0.2, False, *SPEECH[2:]), (2.0, False, "turn off the light", Outlook.OVER))
    assert [end for end, _ in ends] == [End.SUPPOSED, End.WITHDRAWN, End.SUPPOSED, End.FINAL]


def test_it_is_not_over_while_words_change_though_no_voice_is_heard() -> None:
    pointer = EndPointer(PATIENCE)
    pointer.step(Moment(1.0, voice=True, text="", outlook=Outlook.NOTHING))
    changing = [
        Moment(1.0 + STEP * index, voice=False, text=f"{index}", outlook=Outlook.OVER)
        for index in range(1, 60)
    ]
    assert End.FINAL not in [pointer.step(moment) for moment in changing]


def test_words_that_still_change_are_not_supposed_to_be_all() -> None:
    pointer = EndPointer(replace(PATIENCE, either=9.0))
    changing = [
        Moment(1.0 + STEP * index, False, f"light {index}", Outlook.EITHER)
        for index in range(1, 30)
    ]
    pointer.step(Moment(1.0, True, "", Outlook.NOTHING))
    assert [pointer.step(moment) for moment in changing] == [None] * len(changing)


def test_a_stream_in_which_nobody_speaks_is_given_up() -> None:
    pointer = EndPointer(PATIENCE)
    ends = [
        moment.at
        for moment in moments((60.0, False, "", Outlook.NOTHING))
        if pointer.step(moment) is End.FINAL
    ]
    assert ends == [pytest.approx(PATIENCE.no_speech, abs=STEP)]
    assert pointer.speech_end is None


def test_nobody_is_listened_to_for_ever() -> None:
    ends = run((1800.0, True, "and so on", Outlook.UNKNOWN))
    assert [end for end, _ in ends] == [End.FINAL]


def test_nothing_follows_the_end() -> None:
    ends = run(SPEECH, (3.0, False, *SPEECH[2:]), SPEECH, (3.0, False, *SPEECH[2:]))
    assert [end for end, _ in ends].count(End.FINAL) == 1
    assert ends[-1][0] is End.FINAL


def test_slow_speakers_are_waited_for() -> None:
    parts = (
        SPEECH,
        (1.5, False, *SPEECH[2:]),
        (0.5, True, "turn on the light please", Outlook.OVER),
    )
    assert silences(run(*parts), End.FINAL)
    assert not silences(run(*parts, patience=PATIENCE.slower(2.0)), End.FINAL)
    assert PATIENCE.slower(99.0) == PATIENCE.slower(SLOWEST)
    assert PATIENCE.slower(0.1) == PATIENCE


@given(
    st.lists(
        st.tuples(
            st.floats(0.05, 3.0),
            st.booleans(),
            st.sampled_from(["", "turn", "turn on", "turn on the light"]),
            st.sampled_from(Outlook),
        ),
        max_size=12,
    )
)
def test_supposing_and_taking_back_alternate(parts: list[tuple[float, bool, str, Outlook]]) -> None:
    ends = [end for end, _ in run(*parts)]
    assert End.FINAL not in ends[:-1]
    tentative = [end for end in ends if end is not End.FINAL]
    assert tentative[::2] == [End.SUPPOSED] * len(tentative[::2])
    assert tentative[1::2] == [End.WITHDRAWN] * len(tentative[1::2])
