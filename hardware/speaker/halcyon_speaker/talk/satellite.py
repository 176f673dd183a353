"""From what the microphones give and the speaker plays to what is sent to be recognised."""

from collections import deque
from collections.abc import Callable
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from halcyon.core.message import Message
from halcyon.service.transport import Letter

from .attention import Attention
from .microphone import Downsampler
from .wake_word import SmallNetwork, WakeWord

ASKED = "none"
"""In the place of a wake word: the node only listens when it is asked to."""

_EAGER = 0.5
"""What the node plays is taken for its wake word at half of the certainty: it must not be the
microphone that is sure first."""

_MOST_PLAYED = 40
"""Blocks of played sound that wait for the next look; two seconds."""


class Satellite:
    """A node whose sound card has `rate` samples/s; `hush` ends what it plays.

    `words` are the wake word and the same once more, for what is played; None for none.
    """

    def __init__(
        self,
        site: str,
        rate: int,
        words: tuple[WakeWord, WakeWord] | None,
        hush: Callable[[], None],
    ) -> None:
        word, own = words or (None, None)
        self._attention = Attention(site, word, own, session=lambda: uuid4().hex, hush=hush)
        self._microphone = Downsampler(rate)
        self._speaker = Downsampler(rate)
        self._played: deque[NDArray[np.float32]] = deque(maxlen=_MOST_PLAYED)
        self._fetching = 0

    @property
    def listening(self) -> bool:
        """Whether sound is being sent."""
        return self._attention.listening

    def play(self, samples: NDArray[np.float32]) -> None:
        """Take note of what is played (n,); from the sound card's own thread."""
        if samples.any():
            self._played.append(samples)

    def hear(self, samples: NDArray[np.float32], *, playing: bool) -> list[Letter]:
        """Take in what one microphone gave (n,)."""
        played = b""
        while self._played:
            played += self._speaker.step(self._played.popleft())
        pcm = self._microphone.step(samples)
        return self._attention.hear(pcm, played, playing=playing or self._fetching > 0)

    def fetch(self, *, begins: bool) -> None:
        """A sound is being fetched, and will be played; or it is there, or will not come."""
        self._fetching = max(0, self._fetching + (1 if begins else -1))

    def listen(self) -> None:
        """Hear what is said next, without a wake word."""
        self._attention.listen()

    def take(self, message: Message) -> None:
        """Take in a message of Hermes."""
        self._attention.take(message)

    def cease(self) -> list[Letter]:
        """Send nothing more."""
        return self._attention.cease()


def words_for(name: str) -> tuple[WakeWord, WakeWord] | None:
    """The networks of a wake word, None for none; raises WakeWordError."""
    return None if name == ASKED else (SmallNetwork(name), SmallNetwork(name, _EAGER))
