"""What is wrong with the I/Q of a node, so that no motion may be read from it."""

from ...core.reading import Quadrature, SoundTrouble
from ...core.snapshot import Json


class Health:
    """Watches the chunks of one node.

    `microphones` and `rate` (samples/s) are what the node announced; None is learned from the
    first seconds.
    """

    def __init__(self, microphones: int | None = None, rate: float | None = None) -> None:
        self._microphones, self._rate = microphones, rate

    def step(self, reading: Quadrature) -> SoundTrouble | None:
        """Take in one chunk; gives the trouble that stands after it, None if all is well."""
        raise NotImplementedError

    def snapshot(self) -> Json:
        """The state as JSON."""
        raise NotImplementedError

    def restore(self, state: Json) -> None:
        """Replace the state with that of a snapshot; raises SnapshotError if it is none."""
        raise NotImplementedError
