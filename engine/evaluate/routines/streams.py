"""Random homes: routines as documents, and what happens from second to second.

Everything is on whole seconds, so that many things happen at the same time.
"""

from dataclasses import dataclass
from random import Random

from ...core.snapshot import Json

LENGTH_S = 900
"""A quarter of an hour, over midnight."""

_GAPS_S = (0, 0, 0, 0, 1, 1, 1, 2, 3, 5, 8, 20, 70)
"""Between two events: many at once, and now and then time for everything to run out."""

ROOMS = ("den", "hall")
ZONES = ("desk", "door")
"""Of each room."""
SLEEPERS = ("anna", "ben")
BEDS = {"anna": "bed-1", "ben": "bed-2"}
"""The nodes of the sleepers; both beds stand in the den."""
KINDS = ("radar", "ultrasound")
"""What watches each room, one node of each kind beside the beds'."""
NODES = ("radar-1", "lamp-1")
MODE = "input_select.house"
TRYING = 0.5
"""The score from which somebody counts as trying to sleep."""

_LEVELS = ("none", "none", "minor", "major", None)
_STAGES = ("awake", "light_sleep", "deep_sleep", "rem", None)
_SCORES = (None, 0.0, 0.35, 0.45, 0.55, 1.0)
"""Of somebody who tries to sleep: below half, within the margin below it, and above."""
_NIGHT = ("started", "fell_asleep", "woke_up", "got_up", "ended")
_ALARM = ("set", "window_opened", "ringing", "snoozed", "dismissed")
_WAITS_S = (0, 0, 1, 5, 20, 60, 120)
_PHRASES = ("good night", "turn … on", "movie time please")
_SAID = ("Good night!", "turn the lamp on", "movie time", "turn on", "good night all")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is told at a whole second; `body` depends on `kind`.

    What is not `live` was retained or is told again.
    """

    t: int
    kind: str
    body: dict[str, Json]
    live: bool = True


def events(rng: Random) -> list[Event]:
    """What happens in a home, in order. It begins with all sensors there and nobody seen."""
    told = [_watching(room, 0, ["none"] * 4) for room in ROOMS]
    told += [Event(0, "presence", {"room": room, "occupied": False, "zones": []}) for room in ROOMS]
    told += [Event(0, "bed", {"sleeper": name, "in_bed": False}) for name in SLEEPERS]
    t = 0
    while (t := t + rng.choice(_GAPS_S)) < LENGTH_S:
        told.append(_event(rng, t))
    return told


def _event(rng: Random, t: int) -> Event:
    if rng.random() < 0.02:
        return Event(t, "restart", {"away": rng.choice((0, 1, 7, 90))})
    if rng.random() < 0.05:
        return Event(t, "mode", {"value": rng.choice(("home", "away", "night", None))})
    live, room = rng.random() < 0.95, rng.choice(ROOMS)
    if rng.random() < 0.3:
        return _watching(room, t, [rng.choice(_LEVELS) for _ in range(4)], live=live)
    if rng.random() < 0.5:
        return Event(t, *_of_room(rng, room), live)
    return Event(t, *_of_people(rng, rng.choice(SLEEPERS)), live)


def _of_room(rng: Random, room: str) -> tuple[str, dict[str, Json]]:
    match rng.randrange(4):
        case 0:
            occupied = rng.choice((True, True, False, False, None))
            zones: list[Json] = [zone for zone in ZONES if occupied and rng.random() < 0.5]
            return "presence", {"room": room, "occupied": occupied, "zones": zones}
        case 1:
            return "air", {"room": room, "lux": rng.choice((None, 5, 18, 20, 22, 50))}
        case 2:
            said, final = rng.choice(_SAID), rng.random() < 0.8
            return "said", {"text": said, "final": final, "room": room}
        case _:
            event = rng.choice(("started", "continued", "stopped"))
            return "moved", {"room": room, "event": event}


def _of_people(rng: Random, sleeper: str) -> tuple[str, dict[str, Json]]:
    match rng.randrange(6):
        case 0:
            return "bed", {"sleeper": sleeper, "in_bed": rng.choice((True, False, None))}
        case 1:
            return "stage", {"sleeper": sleeper, "stage": rng.choice(_STAGES)}
        case 2:
            return "night", {"sleeper": sleeper, "event": rng.choice(_NIGHT)}
        case 3:
            return "node", {"node": rng.choice(NODES), "is": rng.choice(("online", "offline"))}
        case 4:
            return "intent", {"sleeper": sleeper, "score": rng.choice(_SCORES)}
        case _:
            return "alarm", {"sleeper": sleeper, "event": rng.choice(_ALARM)}


def _watching(room: str, t: int, levels: list[str | None], *, live: bool = True) -> Event:
    """How much each sensor of a room sees move; beds have theirs in the first room."""
    names = [f"{room}-{kind}" for kind in KINDS]
    rows: list[Json] = [[n, k, v] for n, k, v in zip(names, KINDS, levels, strict=False)]
    if room == ROOMS[0]:
        rows += [[bed, "radar", v] for bed, v in zip(BEDS.values(), levels[2:], strict=True)]
    return Event(t, "sensors", {"room": room, "sources": rows}, live)


def routines(rng: Random) -> list[dict[str, Json]]:
    """A handful of routines, no two alike."""
    return [_routine(rng, f"routine-{number}") for number in range(rng.randint(1, 5))]


def _routine(rng: Random, name: str) -> dict[str, Json]:
    body: dict[str, Json] = {
        "id": name,
        "name": name,
        "triggers": [_trigger(rng) for _ in range(rng.choice((1, 1, 2)))],
        "conditions": [_condition(rng) for _ in range(rng.choice((0, 0, 1, 2)))],
        "mode": rng.choice(("single", "restart", "queued")),
        "max_runs": rng.choice((2, 3)),
        "cooldown_s": rng.choice((0, 0, 0, 10, 100)),
    }
    sequence = [_step(rng, name, number) for number in range(rng.choice((0, 1, 2, 4)))]
    return body | {"sequence": [*sequence]}


def _trigger(rng: Random) -> dict[str, Json]:
    return rng.choice((_lasting, _lasting, _happening))(rng)


def _lasting(rng: Random) -> dict[str, Json]:
    room, sleeper = rng.choice(ROOMS), rng.choice(SLEEPERS)
    is_so, for_s = rng.random() < 0.5, rng.choice(_WAITS_S)
    match rng.randrange(10):
        case 0 | 1:
            body: dict[str, Json] = {"kind": "motion", "room": room, "detected": is_so}
            body |= {"source": rng.choice((None, *KINDS)), "major": rng.random() < 0.3}
        case 2:
            body = {"kind": "occupancy", "room": room, "occupied": is_so}
        case 3:
            body = {"kind": "bed", "sleeper": sleeper, "in_bed": is_so}
        case 4:
            body = {"kind": "stage", "sleeper": sleeper, "stages": ["deep_sleep", "rem"]}
        case 5:
            named = rng.choice(([], ["anna"], ["anna", "ben"]))
            body = {"kind": "all_asleep", "sleepers": [*named]}
        case 6:
            zone = rng.choice(ZONES)
            body = {"kind": "zone", "room": room, "zone": zone, "inside": is_so}
        case 7:
            body = {"kind": "trying_to_sleep", "sleeper": sleeper, "score": TRYING}
        case 8:
            limit = {"above": 20} if is_so else {"below": 20}
            body = {"kind": "environment", "room": room, "quantity": "lux", **limit}
            body |= {"hysteresis": rng.choice((0, 3))}
        case _:
            body = {"kind": "node", "node": rng.choice(NODES), "offline": is_so}
    return body | {"for_s": for_s}


def _happening(rng: Random) -> dict[str, Json]:
    sleeper = rng.choice(SLEEPERS)
    match rng.randrange(5):
        case 0:
            event = rng.choice(("started", "stopped"))
            return {"kind": "motion_event", "room": rng.choice(ROOMS), "event": event}
        case 1:
            return {"kind": "night", "sleeper": sleeper, "event": rng.choice(_NIGHT)}
        case 2:
            return {"kind": "alarm", "sleeper": sleeper, "event": rng.choice(_ALARM)}
        case 3:
            return {"kind": "wakeable", "sleeper": sleeper}
        case _:
            room = rng.choice((None, *ROOMS))
            return {"kind": "command", "phrases": [rng.choice(_PHRASES)], "room": room}


def _condition(rng: Random) -> dict[str, Json]:
    body: dict[str, Json] = {"negate": rng.random() < 0.3, "if_unknown": rng.random() < 0.3}
    match rng.randrange(6):
        case 0:
            after, before = rng.choice((("23:40", "23:55"), ("23:55", "00:02"), ("00:01", None)))
            days = rng.choice(("", "fri", "sat sun")).split()
            body |= {"kind": "time", "after": after, "before": before, "days": [*days]}
        case 1:
            body |= {"kind": "occupancy", "room": rng.choice(ROOMS)}
        case 2:
            body |= {"kind": "light", "room": rng.choice(ROOMS), "below": 20}
        case 3:
            body |= {"kind": "mode", "name": MODE, "values": ["home", "night"]}
        case 4:
            body |= {"kind": "bed", "sleeper": rng.choice(SLEEPERS)}
        case _:
            body |= {"kind": "asleep", "sleepers": []}
    return body


def _step(rng: Random, name: str, number: int) -> dict[str, Json]:
    match rng.randrange(4):
        case 0:
            return {"do": "delay", "for_s": rng.choice((0, 1, 10, 45))}
        case 1:
            timeout = rng.choice((0, 5, 60))
            until = _trigger(rng)
            return {"do": "wait", "until": until, "timeout_s": timeout, "go_on": rng.random() < 0.5}
        case _:
            return {"do": "publish", "topic": f"{name}/{number}", "payload": ""}
