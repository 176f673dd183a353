"""When a node measured something, on the host's clock, from uptimes that arrive late.

The offset (host time - uptime) that a message shows is the true one plus its delay, so the
smallest one seen is the best: the delay-minimum filter that NTP's clock filter rests on
(RFC 5905, section 10). A crystal drifts, so an observation is worth less as it ages: each second
it may have become too small by the largest drift. The minimum over observations that rise so is
one number that never climbs faster than that drift, needs no window of past observations, and
does not lag behind a node that drifts steadily, as the minimum of a window does.
"""

from ..core.snapshot import Json, number_in, optional_number_in
from .stamp import U32

MAX_DRIFT = 200e-6
"""Seconds a second. Crystals of nodes and hosts are within 100 ppm each, cold and old included."""

MAX_MISFIT = 5.0
"""Seconds by which a message may be early or late and still be taken as evidence."""

DOUBT_SECONDS = 60.0
"""After so long without a message that fits, the offset is taken anew: the uptime has jumped."""


class Clock:
    """The offset of one boot of one node."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._ms = 0.0
        self._fitted_at = 0.0
        self._doubted_at: float | None = None

    def heard(self, ms: float, host_t: float) -> float:
        """Take an uptime (milliseconds, modulo 2^32) that arrived at host_t; when it was there.

        The result (unix seconds) is never after host_t. A message that was held up, because the
        node queued it, comes out as old as it is; one whose uptime makes no sense does not
        disturb the ones after it.
        """
        if self._offset is None:
            return self._start(ms, host_t)
        uptime = self._ms + (ms - self._ms + U32 / 2) % U32 - U32 / 2
        offset = self._offset + MAX_DRIFT * (host_t - self._fitted_at)
        seen = host_t - uptime / 1000
        if abs(seen - offset) <= MAX_MISFIT:
            self._offset = offset = min(seen, offset)
            self._ms = max(self._ms, uptime)
            self._fitted_at = host_t
            self._doubted_at = None
        elif self._doubted_at is None:
            self._doubted_at = host_t
        elif host_t - self._doubted_at >= DOUBT_SECONDS:
            return self._start(ms, host_t)
        return min(host_t, uptime / 1000 + offset)

    def _start(self, ms: float, host_t: float) -> float:
        self._offset = host_t - ms / 1000
        self._ms = ms
        self._fitted_at = host_t
        self._doubted_at = None
        return host_t

    def snapshot(self) -> Json:
        """The offset and what it rests on."""
        return {
            "offset": self._offset,
            "ms": self._ms,
            "fitted_at": self._fitted_at,
            "doubted_at": self._doubted_at,
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        offset, doubted_at = (
            optional_number_in(state, "offset"),
            optional_number_in(state, "doubted_at"),
        )
        self._ms, self._fitted_at = number_in(state, "ms"), number_in(state, "fitted_at")
        self._offset, self._doubted_at = offset, doubted_at
