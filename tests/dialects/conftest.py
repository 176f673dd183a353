"""Messages of foreign devices, and the readings they become."""

from collections.abc import Callable
import json

import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.decode.dialects import Dialect

T = 1_795_143_205.0

type Say = Callable[..., list[Observation]]


@pytest.fixture
def say() -> Say:
    """Hand one message to a dialect: topic, and a payload as text, bytes or a document."""

    def hand(
        dialect: Dialect, topic: str, payload: object, *, t: float = T, retain: bool = False
    ) -> list[Observation]:
        if isinstance(payload, str):
            payload = payload.encode()
        if not isinstance(payload, bytes):
            payload = json.dumps(payload).encode()
        return dialect.step(Message(topic, payload, t, retain))

    return hand
