"""What each pass makes of a recording that holds one utterance, and what it costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import time

from ...speech.engines import Engines
from ...speech.hypothesis import Hypothesis, Pass
from ...speech.language.grammar import Grammar
from ...speech.language.household import Household
from ...speech.recognisers.recogniser import SECOND_BYTES, Biasing, Recogniser
from ...speech.verdict.rescoring import Verdict, choose
from .kept import Kept, Reading


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording of `seconds`, with the readings of every pass and the core seconds they took."""

    seconds: float
    readings: Mapping[Pass, tuple[Hypothesis, ...]]
    spent: Mapping[Pass, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer of the engine: `passes` took part, `spent` core seconds with its own work."""

    verdict: Verdict
    passes: tuple[Pass, ...]
    spent: float


class Listening:
    """Lets all passes hear the same recordings; what was `kept` of them is not heard again."""

    def __init__(self, engines: Engines, household: Household, kept: Kept) -> None:
        self.household = household
        self.grammar: Grammar = engines.compile(household)
        self._biasing = Biasing(self.grammar.phrases, self.grammar.terms)
        self._passes: dict[Pass, Recogniser] = {
            Pass.GRAMMAR: engines.first_pass(Pass.GRAMMAR),
            Pass.FREE: engines.first_pass(Pass.FREE),
        }
        self._second = engines.second_pass()
        if self._second is not None:
            self._passes[Pass.ATTENTION] = self._second
        told = {Pass.GRAMMAR: self._biasing.phrases, Pass.ATTENTION: self._biasing.terms}
        self._kept = {each: kept.of(each, told.get(each)) for each in self._passes}
        self._kept_greedy = kept.of("greedy")

    def hear(self, sound: bytes) -> Heard:
        """All passes, one after the other."""
        found = {
            source: self._kept[source].reading(sound, _reading(recogniser, sound, self._biasing))
            for source, recogniser in self._passes.items()
        }
        return Heard(
            len(sound) / SECOND_BYTES,
            {source: each.hypotheses for source, each in found.items()},
            {source: each.spent for source, each in found.items()},
        )

    def greedy(self, sound: bytes) -> Reading | None:
        """What the attention model alone says, without names and without alternatives."""
        if self._second is None:
            return None
        return self._kept_greedy.reading(sound, _reading(self._second, sound, Biasing()))

    def judge(self, heard: Heard) -> Judged:
        """What the engine answers, with the second pass where it asks for it."""
        first = (*heard.readings[Pass.GRAMMAR], *heard.readings[Pass.FREE])
        passes: tuple[Pass, ...] = (Pass.GRAMMAR, Pass.FREE)
        verdict, spent = _timed(lambda: choose(first, self.household, self.grammar))
        second = heard.readings.get(Pass.ATTENTION)
        if verdict.needs_second_pass and second is not None:
            passes = (*passes, Pass.ATTENTION)
            both: Sequence[Hypothesis] = (*first, *second)
            verdict, more = _timed(lambda: choose(both, self.household, self.grammar))
            spent += more
        return Judged(verdict, passes, spent + sum(heard.spent[each] for each in passes))


def _reading(recogniser: Recogniser, sound: bytes, biasing: Biasing) -> Callable[[], Reading]:
    def read() -> tuple[Hypothesis, ...]:
        recogniser.begin(biasing)
        recogniser.feed(sound)
        return recogniser.finish()

    return lambda: Reading(*_timed(read))


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    return work(), time.process_time() - started
