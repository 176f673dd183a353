"""From a sleeper's epochs to what the network that stages sleep is given, as they come.

The contract between whatever senses a sleeper and the network: a vector of `WIDTH` numbers an
epoch. It knows what has been and nothing else, so that what is told of an epoch never changes.
"""

from ...core.snapshot import Json
from ..network.layers import Array
from .epoch import SleepEpoch


class Contract:
    """What was sensed of one sleeper, epoch by epoch, as numbers."""

    def step(self, epoch: SleepEpoch) -> Array:
        """The numbers of the epoch after those before: shape (WIDTH,), float32, all finite."""
        raise NotImplementedError

    def snapshot(self) -> Json:
        """What is remembered of the epochs before."""
        raise NotImplementedError

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is not one."""
        raise NotImplementedError
