"""Why a room is in the state it is in, in words for machines: reasons are keys to translate."""

import math

from ..core.snapshot import Json
from .evidence import WORTH
from .parts import Parts
from .sonar import Sonar
from .telling import Teller

_DIGITS = 3


def explain(parts: Parts, teller: Teller, t: float) -> Json:
    """The evidence behind a room's state at time t (unix seconds), strongest first.

    `value` is how good the sign was (0-1), `weight` what such a sign is worth in the room's
    present state, `contribution` what is left of both; `releases_at` is when the room turns
    empty if nothing more is seen. `ignored` lists what was seen and does not count, with the
    reason and the place or quantity as detail; `motion` says how much moves by whose word, when
    that rests and when it will have stopped, if nothing more moves; `sleepers` what is known of
    whom it follows.
    """
    presence = parts.presence
    rows: list[tuple[float, dict[str, Json]]] = []
    for source, modality, sign, share in presence.shares(t):
        worth = WORTH[modality]
        contribution = presence.contribution(modality, sign, share)
        note = sign.note
        if sign.seed:
            note = "retained"
        elif parts.clocks.is_frozen(source):
            note = "unavailable"
        elif note is None and math.isfinite(sign.ends):
            note = "walked_out"
        row: dict[str, Json] = {
            "source": source,
            "modality": str(modality),
            "value": _rounded(sign.value),
            "weight": worth.hold if presence.occupied else worth.on,
            "contribution": _rounded(contribution),
            "age_s": _rounded(max(0.0, t - sign.seen)),
            "note": note,
        }
        rows.append((contribution, row))
    rows.sort(key=lambda each: -each[0])
    told = teller.presence
    held = parts.known and presence.occupied and bool(rows) and rows[0][0] > 0.0
    sensors = presence.thresholds
    return {
        "room": parts.config.id,
        "t": t,
        "occupied": told.occupied,
        "confidence": _rounded(presence.confidence(t)) if parts.known else None,
        "on_above": sensors.on_above,
        "off_below": sensors.off_below,
        "held_by": rows[0][1]["modality"] if held else None,
        "releases_at": _releases_at(parts, t) if held else None,
        "evidence": [row for _, row in rows],
        "ignored": _ignored(parts, t),
        "motion": _motion(parts, teller, t),
        "sleepers": _sleepers(parts),
        "sensitivity": str(parts.config.sensitivity),
        "standby": parts.standby,
        "calibration": parts.calibration.to_json(),
    }


def _releases_at(parts: Parts, t: float) -> float | None:
    presence = parts.presence
    if presence.confidence(t) < presence.thresholds.off_below:
        return t
    return presence.falls_below(presence.thresholds.off_below, t)


def _motion(parts: Parts, teller: Teller, t: float) -> Json:
    told, is_known = teller.moved, parts.known
    quiet = parts.config.quiet_minutes * 60.0
    return {
        "state": None if told.state is None else str(told.state),
        "by": told.source,
        "rests_at": parts.motion.next_end(t) if is_known else None,
        "stops_at": parts.motion.episode.stops_at(quiet) if is_known else None,
        "sources": [
            {"source": name, "kind": kind, "state": None if level is None else str(level)}
            for name, kind, level in told.sources
        ],
    }


def _sleepers(parts: Parts) -> list[Json]:
    """Of each sleeper who is in bed and since when, and what `SleepTracker.explain` knows."""
    rows: list[Json] = []
    for sleeper in parts.config.sleepers:
        bed = parts.beds[sleeper.id]
        away = parts.clocks.is_frozen(sleeper.node)
        rows.append(
            parts.sleep[sleeper.id].explain()
            | {
                "node": sleeper.node,
                "in_bed": None if away else bed.occupied,
                "in_bed_since": bed.since,
                "available": not away,
                "standby": parts.standby or sleeper.id in parts.resting,
            }
        )
    return rows


def _ignored(parts: Parts, t: float) -> list[Json]:
    rows: list[Json] = []
    for name, source in parts.sources.items():
        if parts.clocks.is_frozen(name):
            rows.append({"source": name, "reason": "unavailable", "detail": None})
        if source.sonar is not None:
            rows += _unheard(name, source.sonar, t)
        if source.radar is not None:
            rows += [
                {"source": name, "reason": each.reason, "detail": list(each.point)}
                for each in source.radar.ignored(t)
            ]
    rows += [
        {"source": each.source, "reason": each.reason, "detail": each.quantity}
        for each in parts.environment.rejections(t)
    ]
    return rows


def _unheard(name: str, sonar: Sonar, t: float) -> list[Json]:
    """Why nothing of an ultrasonic source counts, and what it hears that is nobody."""
    rows: list[Json] = []
    if sonar.trouble is not None and sonar.trouble.is_blinding:
        rows.append({"source": name, "reason": "in_trouble", "detail": str(sonar.trouble)})
    if (nobodys := sonar.nobodys(t)) is not None:
        kind, share = nobodys
        rows.append({"source": name, "reason": kind, "detail": _rounded(share)})
    return rows


def _rounded(value: float) -> float:
    return round(value, _DIGITS)
