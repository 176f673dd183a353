"""A recording instead of a voice: sent as if it were said beside the node, to try what hears it."""

import asyncio
from pathlib import Path
from uuid import uuid4

import aiomqtt

from halcyon.core.message import Message
from halcyon.service.broker import Broker
from halcyon.service.client import connection, explain
from halcyon.service.transport import Letter

from ..sounds import SoundError, load
from . import hermes
from .microphone import RATE, SAMPLE_BYTES, Downsampler

_RATE = 48_000
"""Of the sound before it goes the way of a microphone's."""

_FRAME_S = 0.05
_WORD = "recording"
"""In the place of a wake word."""

_PATIENCE_S = 20.0
"""How long an answer may take after the last sound."""


class SayingError(RuntimeError):
    """Nobody heard; the message says why and what to do."""


async def say(path: Path, broker: Broker, site: str, *, pace: float = 1.0) -> str:
    """Send a recording as the site and give what was heard: empty for what is no command.

    `pace` is how much faster than real time it is sent. Raises SayingError.
    """
    try:
        sound = await asyncio.to_thread(load, path, _RATE)
    except SoundError as error:
        raise SayingError(str(error)) from error
    pcm, session = Downsampler(_RATE).step(sound.samples), uuid4().hex
    client = connection(broker, f"halcyon-say-{session[:8]}", aiomqtt.ProtocolVersion.V5)
    try:
        async with client:
            for topic in hermes.ANSWERS:
                await client.subscribe(topic, qos=1)
            answer = asyncio.create_task(_answer(client, site, session))
            try:
                # A node that listens at this site takes a start for its own, but not this.
                await _publish(client, hermes.detected(site, session, _WORD))
                size = round(_FRAME_S * RATE) * SAMPLE_BYTES
                for start in range(0, len(pcm), size):
                    if answer.done():
                        break
                    await _publish(client, hermes.frame(site, pcm[start : start + size]))
                    await asyncio.sleep(_FRAME_S / pace)
                await _publish(client, hermes.stop(site, session))
                end = await asyncio.wait_for(answer, _PATIENCE_S)
            finally:
                answer.cancel()
    except aiomqtt.MqttError as error:
        raise SayingError(explain(error, broker)) from error
    except TimeoutError:
        raise SayingError(
            "nobody answered; is `halcyon run` there, with its models, and with Hermes switched on?"
        ) from None
    if end.error is not None:
        raise SayingError(end.error)
    return end.text


async def _answer(client: aiomqtt.Client, site: str, session: str) -> hermes.End:
    async for each in client.messages:
        message = Message(each.topic.value, each.payload, 0.0, each.retain)
        match hermes.read(message, site):
            case hermes.End(given) as end if given == session:
                return end
    raise SayingError("the broker hung up")


async def _publish(client: aiomqtt.Client, letter: Letter) -> None:
    await client.publish(letter.topic, letter.payload, letter.qos)
