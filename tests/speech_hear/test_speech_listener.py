"""One utterance: batches, revisions, the second pass when it is needed, and bounds.

Voice and words are scripted, because what is tested is what becomes of them.
"""

from collections.abc import Iterable

import pytest

from halcyon.speech.endpointing import Patience
from halcyon.speech.hypothesis import Hypothesis, Pass, Word
from halcyon.speech.language.grammar import Grammar, compile_grammar
from halcyon.speech.language.household import Household, household_from_json
from halcyon.speech.listener import Ears, Heard, Listener
from halcyon.speech.recognisers.recogniser import SECOND_BYTES, Biasing, Partial
from halcyon.speech.recognisers.voice_activity import Activity

FRAME = SECOND_BYTES // 50
CHUNK = 0.032
LIGHT = "turn on the kitchen light"
CLOCK = "what time is it"
HOME = household_from_json(
    {
        "phrases": [
            LIGHT,
            "turn off the kitchen light",
            "turn on the light",
            "turn off the light",
            "turn on the light in the hall",
            CLOCK,
        ]
    }
)


class Script:
    """A voice and words at times: (start, end, text so far from the end on)."""

    def __init__(self, *spoken: tuple[float, float, str]) -> None:
        self.spoken = spoken

    def voice(self, at: float) -> bool:
        return any(start <= at < end for start, end, _ in self.spoken)

    def text(self, at: float) -> str:
        return next((text for start, _, text in reversed(self.spoken) if start < at), "")


class ScriptedDetector:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._bytes = 0
        self._told = 0

    def feed(self, pcm: bytes) -> list[Activity]:
        self._bytes += len(pcm)
        found = []
        while (self._told + 1) * CHUNK <= self._bytes / SECOND_BYTES:
            self._told += 1
            at = self._told * CHUNK
            found.append(Activity(at, self._script.voice(at)))
        return found


class Scripted:
    """A recogniser that hears what the script says, and counts how it is used."""

    def __init__(self, source: Pass, script: Script, confidence: float = 0.95) -> None:
        self.source = source
        self._script = script
        self._confidence = confidence
        self.at = 0.0
        self.batches: list[int] = []
        self.begun: list[Biasing] = []
        self.finished = 0
        self.given_up = 0

    def begin(self, biasing: Biasing) -> None:
        self.begun.append(biasing)
        self.at = 0.0

    def feed(self, pcm: bytes) -> Partial:
        assert len(pcm) % 2 == 0
        self.batches.append(len(pcm))
        self.at += len(pcm) / SECOND_BYTES
        return Partial(self._script.text(self.at))

    def finish(self) -> tuple[Hypothesis, ...]:
        self.finished += 1
        text = self._script.text(self.at)
        words = tuple(Word(word, None, None, self._confidence) for word in text.split())
        return (Hypothesis(text, 0.0, words, self.source),)

    def reset(self) -> None:
        self.given_up += 1


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return compile_grammar(HOME, _knows)


def _knows(_word: str) -> bool:
    return True


class Stage:
    """A listener, what it is told, and what it says."""

    def __init__(
        self,
        grammar: Grammar,
        script: Script,
        *,
        free: Script | None = None,
        second: Script | None = None,
        patience: Patience | None = None,
        household: Household = HOME,
    ) -> None:
        self.grammar = Scripted(Pass.GRAMMAR, script)
        self.free = Scripted(Pass.FREE, free or script)
        self.second = Scripted(Pass.ATTENTION, second) if second else None
        ears = Ears(self.grammar, self.free, self.second, ScriptedDetector(script))
        self.listener = Listener(ears, household, grammar, patience)

    def hear(self, seconds: float, chunk: int = FRAME) -> list[Heard]:
        sound = bytes(int(seconds * SECOND_BYTES) // 2 * 2)
        said = (
            self.listener.feed(sound[start : start + chunk])
            for start in range(0, len(sound), chunk)
        )
        return [heard for heard in said if heard is not None]


def kinds(said: Iterable[Heard]) -> list[str]:
    return [
        "final" if heard.final else "withdrawn" if heard.withdrawn else "supposed" for heard in said
    ]


def test_a_command_is_supposed_and_then_final(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.5, 2.0, LIGHT)))
    supposed, final = stage.hear(6.0)
    assert kinds([supposed, final]) == ["supposed", "final"]
    assert (supposed.revision, final.revision) == (1, 2)
    assert supposed.text.casefold() == final.text.casefold() == LIGHT
    assert final.accepted
    assert final.at - supposed.at >= 0.2
    assert final.speech_end == pytest.approx(2.0, abs=CHUNK)
    assert final.at - 2.0 <= 0.45
    assert {Pass.GRAMMAR, Pass.FREE} <= set(final.passes)
    assert final.compute >= supposed.compute > 0.0
    assert stage.listener.finish() == final


def test_both_passes_know_what_to_expect(grammar: Grammar) -> None:
    stage = Stage(grammar, Script())
    assert stage.grammar.begun == stage.free.begun == [Biasing(grammar.phrases, grammar.terms)]
    assert LIGHT in grammar.phrases


def test_who_goes_on_replaces_what_was_supposed(grammar: Grammar) -> None:
    stage = Stage(
        grammar,
        Script((0.5, 1.5, "turn on the light"), (1.75, 3.0, "turn on the light in the hall")),
    )
    said = stage.hear(8.0)
    assert kinds(said)[-2:] == ["supposed", "final"]
    assert "withdrawn" in kinds(said)
    assert [heard.revision for heard in said] == list(range(1, len(said) + 1))
    assert list(said[-1].pauses) == pytest.approx([0.25], abs=3 * CHUNK)
    taken_back = next(heard for heard in said if heard.withdrawn)
    assert (taken_back.text, taken_back.nbest, taken_back.accepted) == ("", (), False)


def test_half_a_command_is_waited_for(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.5, 1.0, "turn on the"), (2.2, 3.0, LIGHT)))
    said = stage.hear(8.0)
    assert kinds(said) == ["supposed", "final"]
    assert said[-1].text.casefold() == LIGHT


def test_sound_is_decoded_in_batches_and_sooner_in_a_pause(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.0, 3.0, "turn on the")))
    stage.hear(3.0)
    spoken = stage.grammar.batches.copy()
    assert min(spoken) >= 0.2 * SECOND_BYTES
    stage.hear(1.0)
    quiet = stage.grammar.batches[len(spoken) + 1 :]
    assert max(quiet) < 0.1 * SECOND_BYTES
    assert stage.free.batches == stage.grammar.batches


def test_the_end_of_the_stream_is_the_end(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.1, 1.0, LIGHT)))
    assert stage.hear(0.97) == []
    final = stage.listener.finish()
    assert final.final
    assert final.text.casefold() == LIGHT
    assert sum(stage.grammar.batches) == int(0.97 * SECOND_BYTES) // 2 * 2
    assert stage.listener.finish() is final
    assert stage.grammar.finished == 1


def test_chunks_may_part_samples(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.1, 1.0, LIGHT)))
    assert kinds(stage.hear(4.0, chunk=641))[-1] == "final"


def test_a_second_pass_runs_only_when_the_first_two_disagree(grammar: Grammar) -> None:
    same = Stage(grammar, Script((0.5, 2.0, CLOCK)), second=Script((0.0, 0.1, CLOCK)))
    assert Pass.ATTENTION not in same.hear(6.0)[-1].passes
    off = "turn off the kitchen light"
    torn = Stage(
        grammar,
        Script((0.5, 2.0, LIGHT)),
        free=Script((0.5, 2.0, off)),
        second=Script((0.0, 0.1, LIGHT)),
    )
    final = torn.hear(6.0)[-1]
    assert Pass.ATTENTION in final.passes
    assert torn.second is not None
    assert torn.second.finished == 1  # at the supposed end, and not again
    assert final.text.casefold() == LIGHT


def test_a_second_pass_is_given_up_when_the_speaker_goes_on(grammar: Grammar) -> None:
    torn = Stage(
        grammar,
        Script((0.5, 1.5, "turn on the light"), (1.75, 3.0, LIGHT)),
        free=Script((0.5, 1.5, "turn off the light"), (1.75, 3.0, "turn off the kitchen light")),
        second=Script((0.0, 0.1, LIGHT)),
    )
    said = torn.hear(8.0)
    assert torn.second is not None
    assert torn.second.finished == kinds(said).count("supposed")


def test_a_stream_without_speech_ends_with_nothing(grammar: Grammar) -> None:
    (final,) = Stage(grammar, Script()).hear(60.0)
    assert (final.text, final.accepted, final.final) == ("", False, True)
    assert final.speech_end is None
    assert final.at < 10.0


def test_half_an_hour_of_talk_is_cut_and_its_rest_costs_nothing(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.0, 1e9, "and so on")))
    said = stage.hear(35.0)
    assert kinds(said) == ["final"]
    held, batches = len(stage.listener._sound), len(stage.grammar.batches)
    for _ in range(30):
        assert stage.listener.feed(bytes(60 * SECOND_BYTES)) is None
    assert (len(stage.listener._sound), len(stage.grammar.batches)) == (held, batches)


def test_half_an_hour_at_once_is_not_kept(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.0, 1e9, "and so on")))
    final = stage.listener.feed(bytes(1800 * SECOND_BYTES))
    assert final is not None
    assert final.final
    assert len(stage.listener._sound) < 31 * SECOND_BYTES


def test_a_patient_listener_waits_longer(grammar: Grammar) -> None:
    slow = Stage(grammar, Script((0.5, 2.0, LIGHT)), patience=Patience().slower(2.5))
    quick = Stage(grammar, Script((0.5, 2.0, LIGHT)))
    assert slow.hear(8.0)[-1].at - quick.hear(8.0)[-1].at > 0.3


def test_giving_up_releases_the_ears(grammar: Grammar) -> None:
    stage = Stage(grammar, Script((0.5, 2.0, LIGHT)))
    stage.hear(1.0)
    stage.listener.close()
    assert (stage.grammar.given_up, stage.free.given_up) == (1, 1)
    assert stage.listener._sound == b""
