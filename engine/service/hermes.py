"""Hermes: the way by which satellites of Rhasspy send sound over MQTT.

A satellite sends its microphone as WAV files of some milliseconds each, all the time or after its
wake word. We hear from `hermes/asr/startListening`, or from a wake word where no dialogue manager
answers it, until somebody has stopped speaking or `hermes/asr/stopListening` comes, and say what it
was as `hermes/asr/textCaptured`. Topics and keys are those of rhasspy-hermes 0.6.2.
"""

import asyncio
from collections.abc import Callable
import json
import logging
import re
from uuid import uuid4

from ..core.message import Message
from ..core.snapshot import Json
from ..speech.listener import Heard
from ..speech.recognisers.recogniser import RATE, SAMPLE_BYTES
from .dialogue import Ending, ended, started
from .hearing import Asked, Hearing, HearingError, Utterance
from .hermes_messages import DEFAULT_SITE, request_in, sound_in
from .households import Home
from .transport import Letter

_LOGGER = logging.getLogger(__name__)

_MOST_WAITING = 10 * RATE * SAMPLE_BYTES
"""Bytes of sound that wait to be heard: ten seconds behind is too late for an answer."""

_PATIENCE = 15.0
"""Seconds without sound after which a satellite has vanished."""

_SITE = re.compile(r"[^+#/\s\x00-\x1f$][^+#/\x00-\x1f]{0,63}")
_START, _STOP = "hermes/asr/startListening", "hermes/asr/stopListening"
_WAKE = re.compile(r"hermes/hotword/([^/]{1,64})/detected")
_SOUND = re.compile(r"hermes/audioServer/([^/]{1,64})/(?:audioFrame|[^/]{1,64}/audioSessionFrame)")

type Tell = Callable[[str, str, Heard], None]
"""Takes the utterance, the site and what was heard of it, each revision."""


class Hermes:
    """The satellites of a broker, one session a site.

    `home` says who listens to which room, `send` publishes, `tell` takes what was heard.
    """

    filters = (
        "hermes/audioServer/+/audioFrame",
        "hermes/audioServer/+/+/audioSessionFrame",
        "hermes/hotword/+/detected",
        _START,
        _STOP,
    )

    def __init__(
        self, hearing: Hearing, home: Callable[[], Home], send: Callable[[Letter], None], tell: Tell
    ) -> None:
        self._hearing = hearing
        self._home = home
        self._send = send
        self._tell = tell
        self._sessions: dict[str, _Session] = {}

    def receive(self, message: Message) -> bool:
        """Take a message; False for one that is not Hermes. Nothing retained is heard."""
        topic = message.topic
        if not topic.startswith("hermes/"):
            return False
        if message.retain:
            return True
        if (sound := _SOUND.fullmatch(topic)) is not None:
            session = self._sessions.get(sound[1])
            if session is not None:
                session.take(message.payload)
        elif topic in (_START, _STOP) or (_WAKE.fullmatch(topic)) is not None:
            self._obey(topic, message.payload)
        return True

    async def close(self) -> None:
        """Hear nobody any more."""
        tasks = [session.task for session in self._sessions.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _obey(self, topic: str, payload: bytes) -> None:
        body = request_in(payload)
        site = None if body is None else body.get("siteId", DEFAULT_SITE)
        if body is None or not isinstance(site, str) or _SITE.fullmatch(site) is None:
            return
        if topic == _STOP:
            session = self._sessions.get(site)
            if session is not None:
                session.end()
            return
        if self._home().is_paused(site):
            return
        self._begin(site, body, leads=topic != _START)

    def _begin(self, site: str, body: dict[str, Json], *, leads: bool) -> None:
        """Hear a site anew; without a dialogue manager we lead its session ourselves."""
        before = self._sessions.pop(site, None)
        if before is not None:
            before.task.cancel()
        language = body.get("lang")
        asked = Asked(
            self._home().heard_from(site), language if isinstance(language, str) else None
        )
        session = _Session(site, body, self._send, self._tell, leads=leads)
        self._sessions[site] = session
        session.task = asyncio.create_task(session.run(self._hearing, asked))
        session.task.add_done_callback(lambda _: self._ended(site, session))

    def _ended(self, site: str, session: _Session) -> None:
        if self._sessions.get(site) is session:
            del self._sessions[site]


class _Session:
    """What one satellite says, from its start to its end."""

    task: asyncio.Task[None]

    def __init__(
        self,
        site: str,
        body: dict[str, Json],
        send: Callable[[Letter], None],
        tell: Tell,
        *,
        leads: bool,
    ) -> None:
        self._site = site
        self._about: dict[str, Json] = {
            "siteId": site,
            "sessionId": body.get("sessionId"),
            "wakewordId": body.get("wakewordId", body.get("modelId")),
        }
        self._name = f"hermes/{uuid4().hex}"
        if leads and self._about["sessionId"] is None:
            self._about["sessionId"] = self._name
        self._leads = leads
        self._language = body.get("lang")
        self._send = send
        self._tell = tell
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._waiting = 0
        self._is_late = False
        self._seconds = 0.0

    def take(self, payload: bytes) -> None:
        """Take a WAV, as long as we keep up with the satellite."""
        if self._waiting + len(payload) > _MOST_WAITING:
            self._is_late = True
            return
        self._waiting += len(payload)
        self._frames.put_nowait(payload)

    def end(self) -> None:
        """There is no more sound."""
        self._frames.put_nowait(None)

    async def run(self, hearing: Hearing, asked: Asked) -> None:
        """Hear until it is clear what was said."""
        utterance: Utterance | None = None
        why, text = Ending.ERROR, ""
        if self._leads:
            self._post(started(self._site, self._about["sessionId"]))
        try:
            utterance = await hearing.begin(asked)
            heard = await self._hear(utterance)
            self._capture(heard)
            why, text = Ending.NOMINAL if heard.accepted else Ending.NOT_RECOGNISED, heard.text
        except asyncio.CancelledError:
            why = Ending.ABORTED
            raise
        except HearingError as error:
            self._fail(str(error))
        except TimeoutError:
            self._fail(f"no sound came for {_PATIENCE:.0f} s")
        except Exception:
            _LOGGER.exception("Hearing failed; this is a bug of Halcyon")
            self._fail("hearing failed; the service's log says why")
        finally:
            if utterance is not None:
                utterance.close()
            if self._leads:
                self._post(ended(self._site, self._about["sessionId"], why, text))

    def _post(self, letters: list[Letter]) -> None:
        for letter in letters:
            self._send(letter)

    async def _hear(self, utterance: Utterance) -> Heard:
        while True:
            async with asyncio.timeout(_PATIENCE):
                frame = await self._frames.get()
            if frame is None:
                heard = await utterance.finish()
                self._tell(self._name, self._site, heard)
                return heard
            self._waiting -= len(frame)
            if self._is_late:
                raise HearingError("too-fast", "sound comes faster than it can be heard")
            pcm = sound_in(frame)
            self._seconds += len(pcm) / (RATE * SAMPLE_BYTES)
            news = await utterance.feed(pcm)
            if news is not None:
                self._tell(self._name, self._site, news)
                if news.final:
                    return news

    def _capture(self, heard: Heard) -> None:
        body: dict[str, Json] = {
            "text": heard.text if heard.accepted else "",
            "likelihood": heard.confidence,
            "seconds": self._seconds,
            "lang": self._language,
            **self._about,
        }
        self._send(Letter("hermes/asr/textCaptured", json.dumps(body).encode(), qos=1))

    def _fail(self, text: str) -> None:
        body: dict[str, Json] = {"error": text, "context": "asr", **self._about}
        self._send(Letter("hermes/error/asr", json.dumps(body).encode(), qos=1))
