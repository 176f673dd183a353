"""Why rooms are what they are, why routines ran, and why alarms rang: asked over the broker."""

from collections.abc import Callable, Mapping
import json

from ..core.message import Message, topic_of
from ..core.snapshot import Json
from ..decide.home import Home
from .transport import Letter

EXPLAIN = "cmd/explain"

_LONGEST_ID = 64
"""Of what a question may be told apart by."""


def answer(message: Message, home: Home, t: float) -> Letter:
    """What there is to say at host time t of the one thing that a question names.

    It has `room`, `routine` or `sleeper`, and may have an `id`, which the answer repeats. What
    cannot be answered has an `error` that says why.
    """
    site = home.house.site
    explainers: Mapping[str, Callable[[str, float], Json]] = {
        "room": home.explain,
        "routine": home.explain_routine,
        "sleeper": home.explain_alarm,
    }
    asked = _read(message.payload)
    about = {kind: name for kind in explainers if isinstance(name := asked.get(kind), str)}
    told: dict[str, Json] = {**about}
    if isinstance(name := asked.get("id"), str) and len(name) <= _LONGEST_ID:
        told["id"] = name
    match [*about.items()]:
        case [(kind, name)]:
            told["explained"] = explained = explainers[kind](name, t)
            if explained is None:
                told["error"] = f"there is no {kind} {name!r} here of which anything is known"
        case _:
            told["error"] = f'name one of {", ".join(explainers)}, as {{"routine": "den-off"}}'
    return Letter(topic_of(site, "$engine", "explained"), json.dumps(told).encode())


def _read(payload: bytes) -> dict[str, Json]:
    try:
        body = json.loads(payload)
    except ValueError, RecursionError:
        return {}
    return body if isinstance(body, dict) else {}
