"""Whether an output is what a routine waits to happen."""

from ...core.output import Alarm, MotionEvent, Output, SleepSession, Spoken
from .phrases import says, words_of
from .triggers import Alarmed, Command, Happening, Moving, Night

_STALE_S = 3600.0
"""What happened in a night is told within half an hour. What is told later is told again, to who
asks for all that is known."""


def happens(trigger: Happening, output: Output) -> bool:
    """Whether an output says that what triggers has just happened."""
    fact = output.fact
    match trigger, fact:
        case Moving(), MotionEvent():
            of_source = trigger.source is None or fact.source == trigger.source
            return output.room == trigger.room and fact.event is trigger.event and of_source
        case Night(), SleepSession():
            if output.t - output.at > _STALE_S:
                return False
            return fact.sleeper == trigger.sleeper and fact.event is trigger.event
        case Alarmed(), Alarm():
            return fact.sleeper == trigger.sleeper and fact.event is trigger.event
        case Command(), Spoken():
            return trigger.room in {None, output.room} and _commands(trigger, fact)
    return False


def _commands(trigger: Command, fact: Spoken) -> bool:
    if not (fact.final and fact.accepted) or (fact.confidence or 0.0) < trigger.confidence:
        return False
    if trigger.source not in {None, fact.source} or trigger.speaker not in {None, fact.speaker}:
        return False
    words = words_of(fact.text)
    return any(says(words, words_of(phrase)) for phrase in trigger.phrases)


def occasion_of(output: Output) -> str | float:
    """What tells this happening from the next of its kind."""
    match output.fact:
        case Spoken(utterance=str(utterance)) if utterance:
            return utterance
        case SleepSession():
            return output.at
    return output.t
