"""What a host of a night is told of its alarm, and what the night asks of a host."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..broker import Broker
from .verdict import Span

SITE, NODE, SLEEPER = "home", "box", "alex"


@dataclass(frozen=True, slots=True)
class Tonight:
    """The one alarm of a night: its deadline and the host's own moment, unix seconds.

    `smart` is None where the host rings at the deadline. `alarms` is where the node keeps its own.
    """

    deadline: float
    smart: float | None
    alarms: Path


class Host(Protocol):
    """What plans the night's alarm, rings a ringer of its own, and can be killed."""

    broker: Broker

    @property
    def is_set(self) -> bool:
        """Whether the node has agreed to the alarm."""

    @property
    def rings(self) -> bool:
        """Whether its own ringer was heard."""

    @property
    def dismissed(self) -> float | None:
        """When it had taken that the alarm is over, unix seconds."""

    @property
    def confirmed(self) -> float | None:
        """When the node had taken that, unix seconds."""

    async def begin(self, tonight: Tonight) -> None:
        """Let it know of the alarm."""

    async def press(self) -> None:
        """The sleeper says that it is over; in vain while the host is away."""

    async def start(self) -> None:
        """Start it again after a kill."""

    def kill(self) -> None:
        """End it as a power cut would."""

    def heard(self) -> list[Span]:
        """When its own ringer was heard."""

    async def leave(self) -> None:
        """The night is over."""
