"""Rooms in which people pause long are waited for longer."""

import pytest

from halcyon.service.tempos import Tempos
from halcyon.speech.listener import Heard


class Scripted:
    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def feed(self, pcm: bytes) -> Heard | None:
        return self._heard if pcm else None

    def finish(self) -> Heard:
        return self._heard


def heard(*pauses: float, accepted: bool = True, final: bool = True) -> Heard:
    return Heard(
        revision=1,
        text="turn on the light",
        nbest=(),
        accepted=accepted,
        confidence=0.9,
        clarify=None,
        final=final,
        withdrawn=False,
        at=3.0,
        speech_end=2.0,
        passes=(),
        compute=0.0,
        pauses=pauses,
    )


def hear(tempos: Tempos, room: str | None, what: Heard) -> None:
    listener = tempos.learning(Scripted(what), room)
    assert listener.feed(b"") is None
    assert listener.feed(b"12") is what
    assert listener.finish() is what


def test_a_room_is_learned_from_its_own_commands() -> None:
    tempos = Tempos()
    hear(tempos, "Bedroom", heard(1.0, 1.0, 1.0))
    assert tempos.slower("Bedroom") == pytest.approx(2.0)
    assert tempos.slower("Kitchen") == tempos.slower(None) == 1.0


def test_an_utterance_counts_once_and_only_when_it_is_over() -> None:
    tempos = Tempos()
    hear(tempos, "Bedroom", heard(1.0, 1.0))
    assert tempos.slower("Bedroom") == 1.0  # two pauses say nothing yet; counted twice they would
    tentative = tempos.learning(Scripted(heard(1.0, final=False)), "Bedroom")
    tentative.feed(b"12")
    assert tempos.slower("Bedroom") == 1.0
    hear(tempos, "Bedroom", heard(1.0))
    assert tempos.slower("Bedroom") == pytest.approx(2.0)


def test_what_is_no_command_teaches_nothing() -> None:
    tempos = Tempos()
    hear(tempos, "Bedroom", heard(1.0, 1.0, 1.0, accepted=False))
    assert tempos.slower("Bedroom") == 1.0


def test_names_of_rooms_that_never_end_are_bounded() -> None:
    tempos = Tempos()
    hear(tempos, "Bedroom", heard(1.0, 1.0, 1.0))
    for number in range(100):
        hear(tempos, f"room {number}", heard(0.3))
    assert len(tempos._rooms) == 64
    assert tempos.slower("Bedroom") == 1.0
