"""Everything by which the service is spoken to: its ways in, its models, the home it knows.

On `halcyon/1/<site>/$engine/`: `home` is taken, the household as Home Assistant describes it;
`info`, retained, says where Wyoming is served; `cmd/recognise` {utterance, node, text, conf}
has a transcript weighed; `recognised` says what was understood, for whoever hosts the rooms.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
import json
import logging
import time

from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from .. import __version__
from ..core.message import Message, topic_of
from ..core.snapshot import Json
from ..speech.language.household import HouseholdError
from ..speech.listener import Heard
from ..speech.verdict.rescoring import Verdict
from .announcing import announced, own_address
from .hearing import Hearing, HearingError
from .hermes import Hermes
from .households import Home, read_home
from .recognition import Recognition
from .speech_config import SpeechConfig
from .transport import Letter
from .wyoming import WyomingServer

_LOGGER = logging.getLogger(__name__)

_LONGEST_REQUEST = 4096
"""Bytes of what asks to weigh a transcript, as of any command."""

_MOST_WEIGHED = 8
"""Transcripts that are weighed or wait for it; what is beyond counts as it was written."""

_ATTRIBUTION = Attribution("Halcyon", "https://github.com/halcyon-home/halcyon")


class Speech:
    """Hears for a site.

    `send` publishes; `conclude` takes what was understood, as the JSON of `$host/recognised`.
    """

    def __init__(
        self,
        config: SpeechConfig,
        site: str,
        send: Callable[[Letter], None],
        conclude: Callable[[dict[str, Json]], None],
    ) -> None:
        self._config = config
        self._site = site
        self._send = send
        self._conclude = conclude
        self._recognition = Recognition(config.models, config.language, config.patience)
        self._hearing = Hearing(self._recognition.open)
        self._home = Home()
        self._hermes = (
            Hermes(self._hearing, lambda: self._home, send, self._heard) if config.hermes else None
        )
        self._port: int | None = None
        self._address = config.address
        self._weighing: set[asyncio.Task[None]] = set()
        self._home_topic = topic_of(site, "$engine", "home")
        self._request_topic = topic_of(site, "$engine", "cmd", "recognise")

    @property
    def filters(self) -> tuple[str, ...]:
        """The topics that we take."""
        sound = () if self._hermes is None else self._hermes.filters
        return self._home_topic, self._request_topic, *sound

    def greet(self) -> list[Letter]:
        """What is said on every connection to the broker: where we listen."""
        if self._port is None:
            return []
        body = {
            "v": 1,
            "version": __version__,
            "ready": self._recognition.is_ready,
            "wyoming": {"host": self._address, "port": self._port},
        }
        topic = topic_of(self._site, "$engine", "info")
        return [Letter(topic, json.dumps(body).encode(), qos=1, retain=True)]

    def receive(self, message: Message) -> bool:
        """Take a message of ours; False for one of somebody else's."""
        if message.topic == self._home_topic:
            self._learn(message.payload)
        elif message.topic == self._request_topic:
            # A retained request was answered or given up long ago.
            if not message.retain and len(self._weighing) < _MOST_WEIGHED:
                self._begin(self._weigh(message.payload))
        else:
            return self._hermes is not None and self._hermes.receive(message)
        return True

    async def run(self, stop: asyncio.Event) -> None:
        """Hear until stop is set."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._hearing.close)
            if self._hermes is not None:
                stack.push_async_callback(self._hermes.close)
            server = WyomingServer(self._hearing, self.describe, lambda: self._home.household)
            try:
                self._port = await server.start(self._config.bind, self._config.port)
            except OSError as error:
                _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                    "Wyoming cannot be served on port %d (%s); choose another as speech.port",
                    self._config.port,
                    error.strerror,
                )
            else:
                stack.push_async_callback(server.stop)
                self._address = self._address or own_address()
                _LOGGER.info("Wyoming is served at %s:%d", self._address, self._port)
            for letter in self.greet():
                self._send(letter)
            await self._recognition.load(stop)
            for letter in self.greet():
                self._send(letter)
            # Only now: Home Assistant's own integration asks once, and wants none without a model.
            if self._config.zeroconf and self._port is not None and self._recognition.is_ready:
                announcement = announced(self._site, self._address or own_address(), self._port)
                await stack.enter_async_context(announcement)
            await stop.wait()
            for task in self._weighing:
                task.cancel()

    def describe(self) -> Info:
        """What we are to a client of Wyoming."""
        ready = self._recognition.is_ready
        language = self._recognition.language
        about = "Commands for the home, recognised with its names"
        model = AsrModel(
            name=f"halcyon-{language}",
            attribution=_ATTRIBUTION,
            installed=ready,
            description=about,
            version=__version__,
            languages=[language],
        )
        program = AsrProgram(
            name="halcyon",
            attribution=_ATTRIBUTION,
            installed=ready,
            description=about,
            version=__version__,
            models=[model],
            supports_transcript_streaming=True,
            requires_external_vad=False,
            prefers_auto_gain_enabled=False,
            prefers_noise_reduction_enabled=False,
        )
        return Info(asr=[program])

    def _heard(self, utterance: str, place: str, heard: Heard) -> None:
        """Say what was heard of an utterance over MQTT, and where."""
        room = self._home.room_of(place)
        end = heard.speech_end
        self._conclude(
            {
                "utterance": utterance,
                "revision": heard.revision,
                "text": heard.text,
                "nbest": [each.text for each in heard.nbest],
                "confidence": heard.confidence,
                "accepted": heard.accepted,
                "clarify": heard.clarify,
                "final": heard.final,
                "withdrawn": heard.withdrawn,
                "soft": heard.soft,
                "source": "hermes",
                "node": place if room is not None and place in room.nodes else None,
                "room": place if room is None else room.id,
                "at": None if end is None else time.time() - (heard.at - end),
            }
        )

    def _learn(self, payload: bytes) -> None:
        try:
            self._home = read_home(payload)
        except HouseholdError as error:
            _LOGGER.warning("The home that Home Assistant describes is not used: %s", error)

    async def _weigh(self, payload: bytes) -> None:
        """Answer a request with what its transcript means in this home."""
        request = _request(payload)
        if request is None:
            return
        utterance, node, text = request
        household = self._home.heard_from(node)
        try:
            verdict = await self._hearing.run(self._recognition.read, text, household)
        except HearingError as error:
            _LOGGER.debug("A transcript is not weighed: %s", error)
            return
        self._conclude(_weighed(utterance, node, verdict))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._weighing.add(task)
        task.add_done_callback(self._weighing.discard)


def _request(payload: bytes) -> tuple[str, str, str] | None:
    if len(payload) > _LONGEST_REQUEST:
        return None
    try:
        body = json.loads(payload)
    except ValueError, RecursionError:
        return None
    if not isinstance(body, dict):
        return None
    match body.get("utterance"), body.get("node"), body.get("text"):
        case str(utterance), str(node), str(text):
            return utterance, node, text
    return None


def _weighed(utterance: str, node: str, verdict: Verdict) -> dict[str, Json]:
    return {
        "utterance": utterance,
        "revision": 1,
        "text": verdict.text,
        "nbest": [each.text for each in verdict.nbest],
        "confidence": verdict.confidence,
        "accepted": verdict.accepted,
        "clarify": verdict.clarify,
        "final": True,
        "source": "node",
        "node": node,
    }
