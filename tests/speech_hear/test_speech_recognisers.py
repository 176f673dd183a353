"""The contract of a recogniser, which every adapter keeps; and what each has of its own.

The transducer is a stub, and called so: no registry has a model for it.
"""

from collections.abc import Callable
from pathlib import Path
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.speech.hypothesis import Hypothesis, Pass
from halcyon.speech.models.folder import ModelError
from halcyon.speech.recognisers.moonshine import MoonshineModel
from halcyon.speech.recognisers.recogniser import RATE, SECOND_BYTES, Biasing, Recogniser
from halcyon.speech.recognisers.sherpa import SherpaModel, SherpaRecogniser
from halcyon.speech.recognisers.vosk import VoskModel

if TYPE_CHECKING:
    import sherpa_onnx

type Say = Callable[[str], bytes]

LIGHT = "turn on the kitchen light"
BLIND = "open the bedroom blind"
PHRASES = (LIGHT, "turn off the kitchen light", BLIND, "set a timer for five minutes")
BIASING = Biasing(PHRASES, ("Kitchen Light", "Bedroom Blind"))
FRAME = SECOND_BYTES // 50


class StubStream:
    def __init__(self, hotwords: str | None) -> None:
        self.hotwords = hotwords
        self.heard = 0
        self.decoded = 0
        self.is_loud = False
        self.finished = False

    def accept_waveform(self, sample_rate: float, waveform: NDArray[np.float32]) -> None:
        assert sample_rate == RATE
        assert waveform.dtype == np.float32
        assert np.abs(waveform).max(initial=0.0) <= 1.0
        self.is_loud = self.is_loud or bool(np.abs(waveform).max(initial=0.0) > 0.05)
        self.heard += waveform.size

    def input_finished(self) -> None:
        self.finished = True


class StubTransducer:
    """Says the first hotword in any sound that is loud, a token a step, in sherpa-onnx's words."""

    def create_stream(self, hotwords: str | None = None) -> StubStream:
        return StubStream(hotwords)

    def is_ready(self, s: StubStream) -> bool:
        return s.decoded < s.heard // 5120

    def decode_stream(self, s: StubStream) -> None:
        s.decoded += 1

    def tokens(self, s: StubStream) -> list[str]:
        said = (s.hotwords or "yes").split("/")[0].upper() if s.is_loud else ""
        halves = ((f" {word[:2]}", word[2:]) for word in said.split())
        return [token for pair in halves for token in pair if token.strip()][: s.decoded]

    def timestamps(self, s: StubStream) -> list[float]:
        return [0.04 * (index + 1) for index in range(len(self.tokens(s)))]

    def ys_probs(self, s: StubStream) -> list[float]:
        return [-0.1 * (index + 1) for index in range(len(self.tokens(s)))]

    def get_result(self, s: StubStream) -> str:
        return "".join(self.tokens(s)).strip()


def stub_recogniser() -> SherpaRecogniser:
    return SherpaRecogniser(cast("sherpa_onnx.OnlineRecognizer", StubTransducer()))


@pytest.fixture(scope="module")
def vosk(models: Path) -> VoskModel:
    return VoskModel(models / "vosk-en")


@pytest.fixture(scope="module")
def moonshine(models: Path) -> MoonshineModel:
    return MoonshineModel(models / "moonshine-en")


@pytest.fixture(params=["vosk grammar", "vosk free", "moonshine", "stub of a transducer"])
def recogniser(
    request: pytest.FixtureRequest, vosk: VoskModel, moonshine: MoonshineModel
) -> Recogniser:
    match request.param:
        case "vosk grammar":
            return vosk.recogniser(Pass.GRAMMAR)
        case "vosk free":
            return vosk.recogniser(Pass.FREE)
        case "moonshine":
            return moonshine.recogniser()
        case _:
            return stub_recogniser()


def heard(recogniser: Recogniser, sound: bytes, chunk: int = 10 * FRAME) -> tuple[Hypothesis, ...]:
    recogniser.begin(BIASING)
    for start in range(0, len(sound), chunk):
        recogniser.feed(sound[start : start + chunk])
    return recogniser.finish()


def test_hypotheses_are_in_order_and_in_spoken_form(recogniser: Recogniser, say: Say) -> None:
    found = heard(recogniser, say(LIGHT))
    assert "light" in found[0].text
    assert found[0].score == 0.0
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert len({each.text for each in found}) == len(found)
    for each in found:
        assert each.source is recogniser.source
        assert each.text == each.text.lower() == " ".join(word.text for word in each.words)
        for word in each.words:
            assert word.confidence is None or 0.0 <= word.confidence <= 1.0
            if word.start is not None and word.end is not None:
                assert 0.0 <= word.start <= word.end <= len(say(LIGHT)) / SECOND_BYTES


def test_the_next_utterance_knows_nothing_of_the_one_before(
    recogniser: Recogniser, say: Say
) -> None:
    once = heard(recogniser, say(LIGHT))
    again = heard(recogniser, say(LIGHT))
    assert [each.text for each in again] == [each.text for each in once]
    assert all(
        word.end is None or word.end <= len(say(LIGHT)) / SECOND_BYTES for word in again[0].words
    )


def test_chunks_of_any_length_say_the_same(recogniser: Recogniser, say: Say) -> None:
    whole = heard(recogniser, say(BLIND), chunk=SECOND_BYTES * 60)
    frames = heard(recogniser, say(BLIND), chunk=FRAME)
    assert frames[0].text == whole[0].text


def test_an_utterance_given_up_leaves_nothing(recogniser: Recogniser, say: Say) -> None:
    recogniser.begin(BIASING)
    recogniser.feed(say(LIGHT))
    recogniser.reset()
    recogniser.begin(BIASING)
    assert recogniser.finish()[0].text == ""


def test_silence_and_nothing_are_no_words(recogniser: Recogniser) -> None:
    assert heard(recogniser, b"")[0].text == ""
    assert heard(recogniser, bytes(SECOND_BYTES))[0].text == ""


def test_a_partial_text_grows_while_it_is_spoken(vosk: VoskModel, say: Say) -> None:
    grammar = vosk.recogniser(Pass.GRAMMAR)
    grammar.begin(BIASING)
    sound = say(LIGHT)
    texts = [
        grammar.feed(sound[start : start + 10 * FRAME]).text
        for start in range(0, len(sound), 10 * FRAME)
    ]
    assert texts[0] == ""
    assert texts[-1] == LIGHT
    assert grammar.finish()[0].text == LIGHT


def test_phrases_are_replaced_between_utterances_in_milliseconds(vosk: VoskModel, say: Say) -> None:
    grammar = vosk.recogniser(Pass.GRAMMAR)
    assert heard(grammar, say(BLIND))[0].text == BLIND
    many = tuple(
        f"turn {way} the {room} light"
        for way in ("on", "off")
        for room in ("kitchen", "hall", "garden", "bath", "office", "guest")
    )
    started = time.process_time()
    grammar.begin(Biasing(many))
    assert time.process_time() - started < 0.1
    grammar.feed(say(BLIND))
    assert grammar.finish()[0].text != BLIND


def test_a_grammar_without_phrases_hears_nothing(vosk: VoskModel, say: Say) -> None:
    grammar = vosk.recogniser(Pass.GRAMMAR)
    grammar.begin(Biasing())
    assert grammar.feed(say(LIGHT)).text == ""
    assert [each.text for each in grammar.finish()] == [""]


def test_a_pause_does_not_part_a_sentence(vosk: VoskModel, say: Say) -> None:
    first, second = say("turn on"), say("the kitchen light")
    found = heard(vosk.recogniser(Pass.GRAMMAR), first + second)
    assert found[0].text == LIGHT


def test_a_long_talk_is_kept_in_segments(vosk: VoskModel, say: Say) -> None:
    found = heard(vosk.recogniser(Pass.FREE), say(LIGHT) * 12)
    assert len(found) <= 10
    assert found[0].text.count("light") >= 10
    starts = [word.start for word in found[0].words if word.start is not None]
    assert starts == sorted(starts)


def test_the_lexicon_is_known(vosk: VoskModel) -> None:
    assert vosk.knows("kitchen")
    assert not vosk.knows("ecobee")


def test_names_are_favoured_in_the_second_pass(moonshine: MoonshineModel, say: Say) -> None:
    recogniser = moonshine.recogniser()
    sound = say("set ecobee to twenty")
    texts = []
    for terms in ((), ("Ecobee",)):
        recogniser.begin(Biasing(terms=terms))
        recogniser.feed(sound)
        texts.append(recogniser.finish()[0].text)
    assert "ecobee" in texts[1].split()


def test_the_second_pass_reads_at_most_half_a_minute(moonshine: MoonshineModel) -> None:
    recogniser = moonshine.recogniser()
    recogniser.begin(BIASING)
    for _ in range(40):
        recogniser.feed(bytes(SECOND_BYTES))
    assert len(recogniser._sound) == 30 * SECOND_BYTES


def test_a_transducer_gets_the_names_and_times_its_words(say: Say) -> None:
    recogniser = stub_recogniser()
    (found,) = heard(recogniser, say(LIGHT))
    assert found.text == "kitchen light"
    assert [(word.text, word.start, word.end) for word in found.words] == [
        ("kitchen", 0.04, 0.08),
        ("light", pytest.approx(0.12), pytest.approx(0.16)),
    ]
    assert found.words[0].confidence == pytest.approx(np.exp(-0.2))


@pytest.mark.parametrize("loader", [VoskModel, MoonshineModel])
def test_a_folder_without_a_model_is_said_so(
    loader: Callable[[Path], object], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        loader(tmp_path)


class StubRecognizerClass:
    """Stands for `sherpa_onnx.OnlineRecognizer`, the class."""

    asked: ClassVar[dict[str, object]] = {}

    @classmethod
    def from_transducer(cls, **asked: object) -> StubTransducer:
        cls.asked = asked
        return StubTransducer()


@pytest.fixture
def transducer_files(tmp_path: Path) -> Path:
    for name in ("encoder.onnx", "encoder.int8.onnx", "decoder.onnx", "joiner.onnx", "bpe.vocab"):
        (tmp_path / name).touch()
    (tmp_path / "tokens.txt").write_text("<blk> 0\n\u2581TURN 1\n")
    return tmp_path


def test_a_transducer_is_loaded_from_the_files_of_its_release(
    transducer_files: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    stub = ModuleType("stub of sherpa_onnx")
    monkeypatch.setattr(stub, "OnlineRecognizer", StubRecognizerClass, raising=False)
    monkeypatch.setitem(sys.modules, "sherpa_onnx", stub)
    recogniser = SherpaModel(transducer_files).recogniser()
    asked = StubRecognizerClass.asked
    assert asked["encoder"] == str(transducer_files / "encoder.int8.onnx")
    assert asked["decoding_method"] == "modified_beam_search"
    assert heard(recogniser, say(LIGHT))[0].text == "kitchen light"
    (transducer_files / "joiner.onnx").unlink()
    with pytest.raises(ModelError, match=r"joiner\*\.onnx"):
        SherpaModel(transducer_files)
    (transducer_files / "tokens.txt").unlink()
    with pytest.raises(ModelError, match=r"tokens\.txt"):
        SherpaModel(transducer_files)


def test_a_transducer_without_its_runtime_names_the_remedy(
    transducer_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    with pytest.raises(ModelError, match="pip install sherpa-onnx"):
        SherpaModel(transducer_files)
