"""Recording: what a broker delivers, as a capture that a replay can be run from.

Nothing is written that was not asked for: waveforms and raw frames hold how somebody breathes,
audio and transcripts what somebody said.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
import time
from typing import TextIO
from zoneinfo import ZoneInfo

from .. import __version__
from ..core.capture import Header, write_header, write_message
from ..core.message import HOST_TOPIC, Message
from ..decode.topics import Channel, NodeTopic, parse_topic
from ..pipeline import Pipeline
from ..wallclock import clock_message
from .captures import new_capture
from .clock import HostClock, own_zone, zone_name
from .config import Config
from .dialects import dialects_of
from .inputs import as_input, input_topics
from .spoken import understood_topic
from .stopping import stop_on_signals, stopped_within
from .transport import Backoff, Link

_AUDIO_STREAMS = frozenset({"audio", "mic", "microphone"})
_FLUSH_EVERY = 1.0
"""Seconds after which what was heard is on disk, should the power fail."""


class Private(StrEnum):
    """What is recorded only when asked for."""

    WAVEFORMS = "waveforms"
    AUDIO = "audio"
    TRANSCRIPTS = "transcripts"


class Recorder:
    """Writes the messages of one site that may be written."""

    def __init__(
        self, config: Config, file: TextIO, clock: HostClock, include: Iterable[Private] = ()
    ) -> None:
        self._site = config.house.site
        self._zigbee2mqtt = config.zigbee2mqtt
        self._understood = understood_topic(config.house.site)
        self._include = frozenset(include)
        self._file = file
        self._clock = clock
        self.count = 0
        header = Header(house=config.house, zone=zone_name(), engine=__version__)
        self._line(write_header(header))

    def mark(self) -> None:
        """Note the time, so that a replay lasts from the beginning to the end of recording."""
        zone = own_zone() or ZoneInfo("UTC")
        told = clock_message(time.time(), self._clock.now(), zone, zone.key)
        self._line(write_message(told))

    def receive(self, message: Message) -> None:
        """Write a message, unless it is private. What was understood is an input of the engine."""
        if message.topic == self._understood:
            message = replace(message, topic=f"{HOST_TOPIC}recognised")
        message = as_input(message, self._site) or message
        if self._may_keep(message.topic):
            self._line(write_message(message))
            self.count += 1

    def flush(self) -> None:
        """Hand what was written so far to the disk."""
        self._file.flush()

    def _may_keep(self, topic: str) -> bool:
        if topic == f"{HOST_TOPIC}recognised":
            return Private.TRANSCRIPTS in self._include
        address = parse_topic(topic, self._site)
        if address is not None:
            needed = _privacy_of(address)
            return needed is None or needed in self._include
        if self._zigbee2mqtt is not None and topic.startswith(f"{self._zigbee2mqtt}/bridge/"):
            # The rest of what the bridge says is about its network, its keys included.
            return topic.endswith(("/bridge/devices", "/bridge/state"))
        return True

    def _line(self, text: str) -> None:
        self._file.write(text + "\n")


async def record(
    config: Config,
    out: Path,
    stop: asyncio.Event,
    *,
    include: Iterable[Private] = (),
    backoff: Backoff | None = None,
) -> int:
    """Record until stop is set; returns the number of messages.

    Raises FileExistsError rather than overwriting a capture, and OSError where the disk refuses.
    """
    clock = HostClock()
    filters = (
        *Pipeline(config.house, dialects_of(config)).filters,
        understood_topic(config.house.site),
        *input_topics(config.house.site),
    )
    refused: list[OSError] = []
    with new_capture(out) as file:
        recorder = Recorder(config, file, clock, include)
        recorder.mark()

        def receive(message: Message) -> None:
            try:
                recorder.receive(message)
            except OSError as error:
                # The link would take it for an error of the connection.
                refused.append(error)
                stop.set()

        link = Link(
            config.broker,
            clock,
            identity=f"halcyon-record-{config.house.site}",
            filters=filters,
            receive=receive,
            backoff=backoff,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(link.run(stop))
            while not await stopped_within(stop, _FLUSH_EVERY):
                recorder.flush()
        if refused:
            raise refused[0]
        recorder.mark()
    return recorder.count


async def record_until_stopped(
    config: Config, out: Path, include: Iterable[Private], duration: float | None
) -> int:
    """Record until SIGTERM or SIGINT, or for a number of seconds."""
    stop = stop_on_signals()
    if duration is not None:
        asyncio.get_running_loop().call_later(duration, stop.set)
    return await record(config, out, stop, include=include)


def _privacy_of(address: NodeTopic) -> Private | None:
    """What must have been asked for to keep the messages of a topic."""
    match address.channel, address.name:
        case Channel.WAVEFORM, name if name in _AUDIO_STREAMS:
            return Private.AUDIO
        case ((Channel.WAVEFORM | Channel.RAW), _):
            return Private.WAVEFORMS
        case Channel.EVENT, "voice":
            return Private.TRANSCRIPTS
    return None
