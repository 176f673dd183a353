"""One utterance: sound in, what was heard out, first tentatively and then for good."""

from dataclasses import dataclass, replace
import time
from typing import Protocol

from .endpointing import End, EndPointer, Moment, Outlook, Patience
from .hypothesis import Hypothesis, Pass
from .language.grammar import Grammar
from .language.household import Household
from .outlook import outlook
from .phonation import phonation
from .recognisers.recogniser import RATE, SAMPLE_BYTES, SECOND_BYTES, Biasing, Recogniser
from .recognisers.voice_activity import Activity
from .verdict.rescoring import Candidate, Verdict, choose

_BATCH = 0.2
"""Seconds of speech that are decoded at once. Fewer cost more, because each batch is looked at
for its text; Kaldi itself computes 0.2 s at a time."""

_FLUSH = 0.06
"""The same in a pause, where an answer is waited for."""


_PIECE = SECOND_BYTES // 10
"""Bytes that are looked at before it is asked whether more is wanted, however many came."""

_MARGIN = 0.3
"""Seconds of sound that the second pass hears before the first voice, which begins softly; more
silence would only take time."""


class Detector(Protocol):
    """Says where in a stream somebody speaks."""

    def feed(self, pcm: bytes) -> list[Activity]:
        """Take more sound; what is known of it, in its order."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What hears one utterance. `second` is the pass that runs only when it is needed, or None."""

    grammar: Recogniser
    free: Recogniser
    second: Recogniser | None
    detector: Detector


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of one utterance, in its latest revision.

    A higher `revision` replaces all lower ones: what they started is cancelled. Only a `final` one
    may act, and nothing follows it. `withdrawn` says that the speaker went on: the revision before
    was too early, and nothing is known until the next.

    `at` is when this was decided, `speech_end` when the last voice was heard (None: never), both in
    seconds of sound from the start of the stream. `confidence` is 0 to 1; what is not `accepted`
    is no command for this home, whatever its text. `clarify` is a question to ask back, or None.
    `soft` says that it was whispered, so that the answer should be soft too; of a final one only.
    `passes` are those that took part, `compute` the seconds of a core that it has taken so far,
    `pauses` the seconds of its silences that were not its end.
    """

    revision: int
    text: str
    nbest: tuple[Candidate, ...]
    accepted: bool
    confidence: float
    clarify: str | None
    final: bool
    withdrawn: bool
    at: float
    speech_end: float | None
    passes: tuple[Pass, ...]
    compute: float
    pauses: tuple[float, ...]
    soft: bool = False


class Listener:
    """Hears one utterance and is then done; blocking, and used by one thread at a time."""

    def __init__(
        self,
        ears: Ears,
        household: Household,
        grammar: Grammar,
        patience: Patience | None = None,
    ) -> None:
        self._ears = ears
        self._household = household
        self._grammar = grammar
        self._end = EndPointer(patience or Patience())
        self._biasing = Biasing(grammar.phrases, grammar.terms)
        self._streaming = _Streaming(ears, self._biasing)
        self._sound = bytearray()
        self._outlook = Outlook.NOTHING
        self._second: tuple[Hypothesis, ...] = ()
        self._revision = 0
        self._final: Heard | None = None
        self._spent = _Stopwatch()

    def feed(self, pcm: bytes) -> Heard | None:
        """Take sound of any length; the latest that was concluded from it, None for nothing new.

        After the final conclusion sound is ignored, so that an open microphone costs nothing.
        """
        if self._final is not None:
            return None
        heard = None
        with self._spent:
            for start in range(0, len(pcm), _PIECE):
                heard = self._take(pcm[start : start + _PIECE]) or heard
                if heard is not None and heard.final:
                    break
        return heard

    def finish(self) -> Heard:
        """There is no more sound: what was said."""
        if self._final is None:
            with self._spent:
                self._streaming.decode(self._sound, 0.0)
                self._final = self._conclude(len(self._sound) / SECOND_BYTES, final=True)
        return self._final

    def close(self) -> None:
        """Give up what the utterance holds; the ears may hear another."""
        self._streaming.reset()
        self._sound.clear()

    def _take(self, pcm: bytes) -> Heard | None:
        heard = None
        self._sound += pcm
        for activity in self._ears.detector.feed(pcm):
            heard = self._listen(activity) or heard
            if heard is not None and heard.final:
                break
        return heard

    def _listen(self, activity: Activity) -> Heard | None:
        streaming = self._streaming
        if streaming.decode(self._sound, _BATCH if activity.voice else _FLUSH):
            texts = streaming.grammar_text, streaming.free_text
            self._outlook = outlook(*texts, self._grammar)
        text = streaming.grammar_text or streaming.free_text
        match self._end.step(Moment(activity.at, activity.voice, text, self._outlook)):
            case End.SUPPOSED:
                return self._conclude(activity.at, final=False)
            case End.WITHDRAWN:
                self._second = ()
                return self._withdraw(activity.at)
            case End.FINAL:
                streaming.decode(self._sound, 0.0)
                self._final = self._conclude(activity.at, final=True)
                return self._final
        return None

    def _conclude(self, at: float, *, final: bool) -> Heard:
        found = self._streaming.finish() if final else self._streaming.supposed()
        verdict = choose((*found, *self._second), self._household, self._grammar)
        if verdict.needs_second_pass and not self._second and self._ears.second is not None:
            self._second = self._hear_again(self._ears.second)
            found = (*found, *self._second)
            verdict = choose(found, self._household, self._grammar)
        passes = dict.fromkeys(each.source for each in (*found, *self._second))
        return self._heard(verdict, tuple(passes), at, final=final)

    def _hear_again(self, second: Recogniser) -> tuple[Hypothesis, ...]:
        """The second pass over the speech; what it finds stands until the speaker goes on."""
        second.begin(self._biasing)
        second.feed(bytes(self._sound[self._byte(self._end.speech_start) :]))
        return second.finish()

    def _heard(
        self, verdict: Verdict, passes: tuple[Pass, ...], at: float, *, final: bool
    ) -> Heard:
        self._revision += 1
        return Heard(
            revision=self._revision,
            text=verdict.text,
            nbest=verdict.nbest,
            accepted=verdict.accepted,
            confidence=verdict.confidence,
            clarify=verdict.clarify,
            final=final,
            withdrawn=False,
            at=at,
            speech_end=self._end.speech_end,
            passes=passes,
            compute=self._spent.seconds,
            pauses=tuple(self._end.pauses),
            soft=final and self._is_whispered(),
        )

    def _is_whispered(self) -> bool:
        found = phonation(bytes(self._sound[self._byte(self._end.speech_start) :]))
        return found is not None and found.is_whisper

    @staticmethod
    def _byte(second: float | None) -> int:
        return round(max(0.0, (second or 0.0) - _MARGIN) * RATE) * SAMPLE_BYTES

    def _withdraw(self, at: float) -> Heard:
        nothing = Verdict(
            "", (), accepted=False, confidence=0.0, clarify=None, needs_second_pass=False
        )
        return replace(self._heard(nothing, (), at, final=False), withdrawn=True)


class _Streaming:
    """The two passes that hear while somebody speaks, and what they make of it so far."""

    def __init__(self, ears: Ears, biasing: Biasing) -> None:
        self._grammar, self._free = ears.grammar, ears.free
        self._decoded = 0
        self.grammar_text = ""
        self.free_text = ""
        for each in (self._grammar, self._free):
            each.begin(biasing)

    def decode(self, sound: bytearray, batch: float) -> bool:
        """Decode what of `sound` is not yet, if it is at least `batch` seconds; whether it was."""
        whole = len(sound) - len(sound) % SAMPLE_BYTES
        if whole - self._decoded < max(batch * SECOND_BYTES, SAMPLE_BYTES):
            return False
        fresh = bytes(sound[self._decoded : whole])
        self._decoded = whole
        self.grammar_text = self._grammar.feed(fresh).text
        self.free_text = self._free.feed(fresh).text
        return True

    def supposed(self) -> tuple[Hypothesis, ...]:
        """What both passes believe for now, of which nothing is known but the text."""
        return (
            Hypothesis(self.grammar_text, 0.0, (), self._grammar.source),
            Hypothesis(self.free_text, 0.0, (), self._free.source),
        )

    def finish(self) -> tuple[Hypothesis, ...]:
        """What both passes believe; they may then hear another utterance."""
        return (*self._grammar.finish(), *self._free.finish())

    def reset(self) -> None:
        """Give up the utterance."""
        self._grammar.reset()
        self._free.reset()


class _Stopwatch:
    """Seconds of a core spent inside of its blocks, the running one included."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._started: float | None = None

    @property
    def seconds(self) -> float:
        running = 0.0 if self._started is None else time.thread_time() - self._started
        return self._spent + running

    def __enter__(self) -> None:
        self._started = time.thread_time()

    def __exit__(self, *_: object) -> None:
        self._spent = self.seconds
        self._started = None
