"""What the node wants done: its host carries it out."""

from dataclasses import dataclass

from halcyon.service.transport import Letter

from .glow import Glow
from .keeping import Kept
from .orders import Order


@dataclass(frozen=True, slots=True)
class Fetch:
    """Load a sound, then tell the node; `id` is that of the command.

    `source` is the name of a sound of the node, or with `remote` the address of one elsewhere.
    """

    id: str
    source: str
    volume: float
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Wake:
    """Follow an order about an alarm, then tell the node; `id` is that of the command."""

    id: str
    order: Order


@dataclass(frozen=True, slots=True)
class Shine:
    """Let the light glow, reached within so many seconds; `id` is that of the command."""

    id: str
    glow: Glow
    seconds: float


@dataclass(frozen=True, slots=True)
class Save:
    """Put this where it outlasts a power cut."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class Snippet:
    """Keep these messages with their host seconds as training data, the announcement first."""

    letters: tuple[tuple[float, Letter], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that whoever looks after the node wants to read in its log."""

    text: str
    wrong: bool = False


type Effect = Letter | Fetch | Wake | Shine | Save | Snippet | Note
