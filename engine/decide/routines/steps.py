"""What a routine does where no host runs its actions: a small vocabulary of the engine's own."""

from dataclasses import dataclass
from typing import ClassVar

from ...core.message import TOPIC_ROOT
from .codec import Field, OneOf, Shape, one_of
from .kinds import Flag, Identifier, Listed, Number, Text, Whole
from .triggers import LONGEST_S, TRIGGERS, Trigger

_LONGEST_TOPIC = 200
_LONGEST_PAYLOAD = 4096
"""As much as a command of the protocol may have."""

_LONGEST_RAMP_S = 3600.0
"""What a node takes for a change of its light."""

WAIT_S = 600.0
"""For how long something is waited for, unless the routine says otherwise."""


@dataclass(frozen=True, slots=True)
class Publish:
    """A message at the broker. Nodes are not spoken to in this way, nor impersonated."""

    kind: ClassVar[str] = "publish"
    topic: str
    payload: str = ""
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    """A node's light: `brightness` 0-1 as it is seen, `rgb` 0-255 each, within `ramp_s`."""

    kind: ClassVar[str] = "light"
    node: str
    brightness: float
    rgb: tuple[int, ...] | None = None
    ramp_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Play:
    """A sound that a node has, at a volume of 0-1; volume 0 ends what plays."""

    kind: ClassVar[str] = "play"
    node: str
    sound: str
    volume: float | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Words for a node that can speak, at a volume of 0-1."""

    kind: ClassVar[str] = "say"
    node: str
    text: str
    volume: float | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Nothing, for so many seconds."""

    kind: ClassVar[str] = "delay"
    for_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Until something is so or happens, for `timeout_s` at most; then it goes on or ends.

    What is so already need not become so.
    """

    kind: ClassVar[str] = "wait"
    until: Trigger
    timeout_s: float = WAIT_S
    go_on: bool = True


type Act = Publish | Light | Play | Say
"""Steps that do something."""

type Step = Act | Delay | Wait


def _open_to_routines(publish: Publish) -> str | None:
    topic = publish.topic
    if set(topic) & set("+#\0") or topic.startswith("$") or not topic.strip("/"):
        return f"topic {topic!r} is none to publish to; leave out + and #, and a leading $"
    if topic.split("/")[0] == TOPIC_ROOT.split("/", maxsplit=1)[0]:
        return f"topic {topic!r} belongs to nodes and to Halcyon; use light, play or say"
    return None


_NODE = Field(Identifier(), required=True)
_VOLUME = Field(Number(0.0, 1.0))

STEPS: OneOf[Step] = one_of(
    "step",
    "do",
    {
        Publish.kind: Shape(
            Publish,
            {
                "topic": Field(Text(_LONGEST_TOPIC), required=True),
                "payload": Field(Text(_LONGEST_PAYLOAD, empty=True), ""),
                "qos": Field(Whole(0, 1), 0),
                "retain": Field(Flag(), default=False),
            },
            _open_to_routines,
        ),
        Light.kind: Shape(
            Light,
            {
                "node": _NODE,
                "brightness": Field(Number(0.0, 1.0), required=True),
                "rgb": Field(Listed(Whole(0, 255), 3, 3)),
                "ramp_s": Field(Number(0.0, _LONGEST_RAMP_S), 0.0),
            },
        ),
        Play.kind: Shape(
            Play, {"node": _NODE, "sound": Field(Text(), required=True), "volume": _VOLUME}
        ),
        Say.kind: Shape(
            Say, {"node": _NODE, "text": Field(Text(1000), required=True), "volume": _VOLUME}
        ),
        Delay.kind: Shape(Delay, {"for_s": Field(Number(0.0, LONGEST_S), required=True)}),
        Wait.kind: Shape(
            Wait,
            {
                "until": Field(TRIGGERS, required=True),
                "timeout_s": Field(Number(0.0, LONGEST_S), WAIT_S),
                "go_on": Field(Flag(), default=True),
            },
        ),
    },
)
"""How steps are written."""
