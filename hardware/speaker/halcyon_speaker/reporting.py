"""When the node speaks of what it sees: at a pace, and at once when something changes."""

from halcyon.core.reading import MotionLevel
from halcyon.core.snapshot import Json

from .sensing import Seen

PERIOD_S = 0.25
"""Motion is told four times a second."""

TONE_PERIOD_S = 60.0
"""The state of the tone is told so often where nothing changes."""

_CLOSE_DB = 3.0
"""A ratio that moved less is the same."""


BLIND_PERIOD_S = 5.0
"""While no motion can be told, the tone is told so often, so that the node is not called silent."""


def motion_of(level: MotionLevel, seen: Seen) -> dict[str, Json]:
    """The member `motion` of a sample."""
    return {
        "state": str(level),
        "score": _short(seen.score),
        "machine": _short(seen.kinds.machine),
        "air": _short(seen.kinds.air),
        "transient": _short(seen.kinds.transient),
    }


class Reporter:
    """Decides chunk by chunk what a sample says, if there is to be one."""

    def __init__(self) -> None:
        self._motion_at: float | None = None
        self._level: MotionLevel | None = None
        self._tone_at: float | None = None
        self._tone: dict[str, Json] = {}

    def again(self) -> None:
        """Say everything with the next chunk."""
        self._motion_at = self._tone_at = None

    def step(self, t: float, seen: Seen, tone: dict[str, Json]) -> dict[str, Json]:
        """The members of the sample to send at t (seconds that never decrease), maybe none."""
        body: dict[str, Json] = {}
        level = seen.level
        due = self._motion_at is None or t - self._motion_at >= PERIOD_S - _SLACK_S
        if level is not None and (due or level is not self._level):
            body["motion"] = motion_of(level, seen)
            self._motion_at = t
        self._level = level
        period = BLIND_PERIOD_S if level is None else TONE_PERIOD_S
        if (
            self._tone_at is None
            or t - self._tone_at >= period - _SLACK_S
            or not _alike(tone, self._tone)
        ):
            body["ultrasound"] = dict(tone)
            self._tone_at, self._tone = t, dict(tone)
        return body


_SLACK_S = 0.001
"""Times of chunks are rounded."""


def _alike(tone: dict[str, Json], told: dict[str, Json]) -> bool:
    """Whether two states of the tone are the same but for a ratio that wavers."""
    now, then = tone.get("cnr_db"), told.get("cnr_db")
    if isinstance(now, float) and isinstance(then, float):
        same = abs(now - then) < _CLOSE_DB
    else:
        same = now is None and then is None
    return same and all(
        tone.get(key) == told.get(key) for key in tone.keys() | told.keys() if key != "cnr_db"
    )


def _short(value: float) -> float:
    return round(value, 3)
