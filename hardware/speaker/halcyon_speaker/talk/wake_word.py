"""Wake words: small networks that hear one phrase, by pymicro-wakeword.

The library is imported by who listens for one, because nodes that do not need not have it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pymicro_wakeword import MicroWakeWord


class WakeWordError(ValueError):
    """There is no such wake word; the message says what to do."""


class WakeWord(Protocol):
    """Hears one phrase in a stream of 16-bit PCM of 16 kHz."""

    name: str

    def feed(self, pcm: bytes) -> bool:
        """Take more sound; whether the phrase has just ended in it."""

    def reset(self) -> None:
        """Forget what was heard."""


class SmallNetwork:
    """A network of microWakeWord, streaming.

    `eager` below 1 is by how much less sure than its makers asked it has to be.
    """

    def __init__(self, word: str, eager: float = 1.0) -> None:
        from pymicro_wakeword import MicroWakeWordFeatures

        self._network = _load(word)
        self.name = self._network.id
        self._cutoff = self._network.probability_cutoff * eager
        self._features = MicroWakeWordFeatures()

    def feed(self, pcm: bytes) -> bool:
        """See WakeWord."""
        found = False
        for features in self._features.process_streaming(pcm):
            sure = self._network.process_streaming_prob(features)
            found = found or (sure is not None and sure > self._cutoff)
        return found

    def reset(self) -> None:
        """See WakeWord."""
        self._network.reset()
        self._features.reset()


def _load(word: str) -> MicroWakeWord:
    from pymicro_wakeword import MicroWakeWord, Model

    known = [model.value for model in Model]
    if word in known:
        return MicroWakeWord.from_builtin(Model(word))
    path = Path(word)
    try:
        return MicroWakeWord.from_config(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WakeWordError(
            f"{word!r} is no wake word ({error}); give one of {', '.join(known)}, "
            "or the JSON file beside a network of microWakeWord"
        ) from error
