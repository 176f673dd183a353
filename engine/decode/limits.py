"""How much one node may say: token buckets, so that a node that floods drowns no other."""

from ..core.snapshot import Json, SnapshotError, number_in
from .topics import Channel


class TokenBucket:
    """Lets `rate` messages a second pass, and `burst` at once after a rest."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._filled_at = 0.0

    def admit(self, t: float) -> bool:
        """Whether one message at time t (unix seconds, never decreasing) may pass."""
        tokens = min(self._burst, self._tokens + (t - self._filled_at) * self._rate)
        self._filled_at = t
        admitted = tokens >= 1
        self._tokens = tokens - 1 if admitted else tokens
        return admitted

    def snapshot(self) -> Json:
        """The tokens that are left, and when."""
        return [self._tokens, self._filled_at]

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        tokens, filled_at = number_in(state, 0), number_in(state, 1)
        self._tokens, self._filled_at = min(tokens, self._burst), filled_at


class Limits:
    """The budgets of one node.

    Availability has its own, because a last will that drowned in samples would leave the node
    online for ever. Streams of 10 to 20 chunks a second share one that takes ten of them.
    """

    def __init__(self) -> None:
        avail = TokenBucket(rate=5, burst=20)
        messages = TokenBucket(rate=50, burst=200)
        chunks = TokenBucket(rate=200, burst=800)
        self._buckets = (avail, messages, chunks)
        self._of = {
            Channel.AVAIL: avail,
            Channel.INFO: messages,
            Channel.SAMPLE: messages,
            Channel.EVENT: messages,
            Channel.ACK: messages,
            Channel.WAVEFORM: chunks,
            Channel.RAW: chunks,
        }

    def admit(self, channel: Channel, t: float) -> bool:
        """Whether a message on a channel at time t is within the node's budget."""
        return self._of[channel].admit(t)

    def snapshot(self) -> Json:
        """The state of each budget."""
        return [bucket.snapshot() for bucket in self._buckets]

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        if not isinstance(state, list) or len(state) != len(self._buckets):
            raise SnapshotError("snapshot does not hold the budgets of a node")
        for bucket, part in zip(self._buckets, state, strict=True):
            bucket.restore(part)
