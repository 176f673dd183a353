"""When an utterance is over: first supposed, so that understanding can begin, then for good.

An end is told from a pause by what was said, not by silence alone. A sentence that is whole and
that nothing can follow needs only a moment of silence; one that cannot be over, because its
grammar asks for more, is waited for, as people wait. In between lie sentences that are whole and
yet may go on ("turn on the light" … "in the kitchen"), and those that no grammar knows. The idea
of one arbitrator over several end-pointers is that of Chang et al., "Two-pass endpoint detection
for speech recognition" (2023); the rules here are our own.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto


class Outlook(Enum):
    """What the words so far say about what is to come."""

    OVER = auto()
    """They are a whole sentence, after which hardly anything follows."""
    EITHER = auto()
    """They are a whole sentence that may well go on."""
    MORE = auto()
    """They are the beginning of a sentence, or whole and nearly always followed by more."""
    UNKNOWN = auto()
    """No grammar knows them."""
    NOTHING = auto()
    """There are no words yet."""


class End(Enum):
    """What the end-pointer says of this moment."""

    SUPPOSED = auto()
    """It is over, as it seems: understanding may begin, nothing may act."""
    WITHDRAWN = auto()
    """It is not: they speak on, and what was begun is to be given up."""
    FINAL = auto()
    """It is over."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of silence after which an utterance is over, by its outlook.

    Chosen so that the middle utterance ends within 450 ms and pauses of up to a second and a half
    are waited for where more must come, on the development home and, unlike all else in here, on
    some of the recordings that `halcyon evaluate speech --part ends` counts.
    """

    over: float = 0.36
    either: float = 1.4
    unknown: float = 1.3
    more: float = 1.7
    supposed: float = 0.12
    """Of silence, and of words that do not change, before an end is supposed."""
    supposed_unknown: float = 0.4
    """The same where no grammar vouches for the words."""
    no_speech: float = 8.0
    """Until a stream in which nobody says a word is given up; a door is no word."""
    longest: float = 30.0
    """Of an utterance; a command takes a few seconds, and what takes more is no command."""

    def slower(self, factor: float) -> Patience:
        """That of somebody whose pauses are longer by a factor of 1 to `SLOWEST`."""
        factor = min(max(factor, 1.0), SLOWEST)
        return replace(
            self,
            over=self.over * factor,
            either=self.either * factor,
            unknown=self.unknown * factor,
            more=self.more * factor,
        )


SLOWEST = 3.0
"""The longest anybody is waited for, as a factor: a whole sentence then takes a second to end."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known at a moment of a stream.

    `at` is in seconds from its start and rises; `voice` says whether somebody speaks; `text` are
    the words so far, and `outlook` what they promise.
    """

    at: float
    voice: bool
    text: str
    outlook: Outlook


class EndPointer:
    """Follows one utterance: `step` for every moment, until it says FINAL."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._started: float | None = None
        self._voiced: float | None = None
        self._text = ""
        self._changed = 0.0
        self._supposed: str | None = None
        self._final = False
        self.pauses: list[float] = []
        """Seconds of silence that turned out not to be the end."""

    @property
    def speech_start(self) -> float | None:
        """When the first voice was heard, in seconds from the start; None before any."""
        return self._started

    @property
    def speech_end(self) -> float | None:
        """When the last voice was heard, in seconds from the start; None before any."""
        return self._voiced

    def step(self, moment: Moment) -> End | None:
        """What this moment decides, if anything; after FINAL nothing more."""
        if self._final:
            return None
        if moment.text != self._text:
            self._text, self._changed = moment.text, moment.at
        if moment.voice:
            return self._speaking(moment)
        if self._voiced is None or self._started is None:
            self._final = moment.at >= self._patience.no_speech
            return End.FINAL if self._final else None
        silence = moment.at - self._voiced
        settled = moment.at - self._changed >= _SETTLED
        if (settled and silence >= self._wait(moment.outlook)) or self._is_too_long(moment.at):
            self._final = True
            return End.FINAL
        if self._supposed is None and self._seems_over(moment, silence):
            self._supposed = moment.text
            return End.SUPPOSED
        if self._supposed is not None and moment.text != self._supposed:
            # The recogniser's last words came late: what was understood is not what was said.
            self._supposed = None
            return End.WITHDRAWN
        return None

    def _speaking(self, moment: Moment) -> End | None:
        if self._started is None:
            self._started = moment.at
        elif self._voiced is not None and moment.at - self._voiced >= _PAUSE:
            self.pauses.append(moment.at - self._voiced)
        self._voiced = moment.at
        if self._is_too_long(moment.at):
            self._final = True
            return End.FINAL
        if self._supposed is None:
            return None
        self._supposed = None
        return End.WITHDRAWN

    def _is_too_long(self, at: float) -> bool:
        return self._started is not None and at - self._started >= self._patience.longest

    def _wait(self, outlook: Outlook) -> float:
        match outlook:
            case Outlook.OVER:
                return self._patience.over
            case Outlook.EITHER:
                return self._patience.either
            case Outlook.UNKNOWN:
                return self._patience.unknown
            case Outlook.MORE:
                return self._patience.more
            case Outlook.NOTHING:
                return self._patience.no_speech

    def _seems_over(self, moment: Moment, silence: float) -> bool:
        match moment.outlook:
            case Outlook.OVER | Outlook.EITHER:
                wanted = self._patience.supposed
            case Outlook.UNKNOWN:
                wanted = self._patience.supposed_unknown
            case _:
                return False
        return min(silence, moment.at - self._changed) >= wanted


_SETTLED = 0.16
"""Seconds that words must have stayed the same at the end: while they change somebody speaks,
even if too softly to be heard as a voice."""

_PAUSE = 0.2
"""Shorter silences are gaps within and between words, such as those of stops."""
