"""One utterance: sound in, what was heard out, first tentatively and then for good."""

from dataclasses import dataclass

from .hypothesis import Pass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of an utterance, in the household's writing; `score` is 0 to 1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of one utterance, in its latest revision.

    A higher `revision` replaces all lower ones: what they started is cancelled. Only a `final` one
    may act, and nothing follows it. `withdrawn` says that the speaker went on: the revision before
    was too early, and nothing is known until the next.

    `at` is when this was decided, `speech_end` when the last voice was heard (None: never), both in
    seconds of sound from the start of the stream. `confidence` is 0 to 1; what is not `accepted`
    is no command for this home, whatever its text. `clarify` is a question to ask back, or None.
    `passes` are those that took part, `compute` the seconds of a core that the utterance cost.
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
