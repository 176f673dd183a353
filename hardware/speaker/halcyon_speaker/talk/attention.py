"""When the node sends what it hears: after its wake word, or asked to, and until it is understood.

Nothing else leaves it. It can be interrupted while it speaks, but not by itself: the wake word is
looked for in what it plays as well, and what is found there is its own.
"""

from collections.abc import Callable, Iterable

from halcyon.core.message import Message
from halcyon.service.transport import Letter

from . import hermes
from .microphone import RATE, SAMPLE_BYTES
from .wake_word import WakeWord

LONGEST_S = 15.0
"""What goes on for longer is no command; Home Assistant's own satellites end there too."""

_ECHO_S = 1.5
"""So long after the node itself said its wake word it may hear it: what a sound card holds back,
what a room keeps, and the time that the network takes to be sure."""

_SETTLE_S = 0.3
"""Who is asked to listen waits for so long after its own last sound."""


class Attention:
    """The sound of one node at a Hermes `site`.

    `word` is heard in what the microphone gives, `own` is the same in what is played; both None
    where the node only listens when it is asked to. `session` makes names of sessions, `hush`
    ends what is played.
    """

    def __init__(
        self,
        site: str,
        word: WakeWord | None,
        own: WakeWord | None,
        *,
        session: Callable[[], str],
        hush: Callable[[], None],
    ) -> None:
        self._site = site
        self._word = word
        self._own = own
        self._new_session = session
        self._hush = hush
        self._t = 0.0
        self._own_until = float("-inf")
        self._quiet_since = 0.0
        self._wanted: str | None = None
        self._session: str | None = None
        self._since = 0.0

    @property
    def listening(self) -> bool:
        """Whether sound is being sent."""
        return self._session is not None

    def hear(self, pcm: bytes, played: bytes, *, playing: bool) -> list[Letter]:
        """Take in sound, and what was played meanwhile; `playing` says whether anything is."""
        self._t += len(pcm) / (RATE * SAMPLE_BYTES)
        if playing:
            self._quiet_since = self._t
        if played and self._own is not None and self._own.feed(played):
            self._own_until = self._t + _ECHO_S
        if self._session is None:
            return self._wait(pcm)
        letters = [hermes.frame(self._site, pcm)] if pcm else []
        if self._t - self._since >= LONGEST_S:
            letters += self.cease()
        return letters

    def listen(self, session: str | None = None) -> None:
        """Hear what is said as soon as nothing is played, without a wake word."""
        if session is None or session not in (self._session, self._wanted):
            self._session = None
            self._wanted = session or self._new_session()

    def take(self, message: Message) -> None:
        """Take in a message of Hermes; others' are left alone."""
        match hermes.read(message, self._site):
            case hermes.Start(session):
                self.listen(session)
            case hermes.End(session) if session in (None, self._session):
                self._session = None

    def cease(self) -> list[Letter]:
        """Send nothing more, and say so."""
        session, self._session, self._wanted = self._session, None, None
        return [] if session is None else [hermes.stop(self._site, session)]

    def _wait(self, pcm: bytes) -> list[Letter]:
        """Begin where it is wanted, or where the wake word was said by somebody else."""
        if self._wanted is not None:
            if self._t - self._quiet_since < _SETTLE_S:
                return []
            return self._begin(self._wanted, (hermes.start(self._site, self._wanted),), pcm)
        word = self._word
        if word is None or not word.feed(pcm) or self._t < self._own_until:
            return []
        self._hush()
        session = self._new_session()
        return self._begin(session, (hermes.detected(self._site, session, word.name),), pcm)

    def _begin(self, session: str, said: Iterable[Letter], pcm: bytes) -> list[Letter]:
        self._session, self._wanted, self._since = session, None, self._t
        if self._word is not None:
            # What was said to it is not heard when it waits again.
            self._word.reset()
        return [*said, hermes.frame(self._site, pcm)]
