"""Outputs as JSON, read back: what a host understands of the outputs of another."""

from .output import (
    Environment,
    Fact,
    HeartRate,
    InBed,
    Moved,
    NodeStatus,
    Output,
    Presence,
    Respiration,
)
from .reading import Availability, MotionLevel
from .snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)


def read_output(document: Json) -> Output:
    """The output that `Output.to_json` wrote; raises SnapshotError for anything else."""
    return Output(
        t=number_in(document, "t"),
        at=number_in(document, "at"),
        site=text_in(document, "site"),
        room=_optional_text(document, "room"),
        fact=_fact(document),
    )


def _fact(body: Json) -> Fact:
    match item(body, "kind"):
        case "presence":
            return Presence(
                _optional_flag(body, "occupied"),
                optional_number_in(body, "confidence"),
                tuple((number_in(row, 0), number_in(row, 1)) for row in rows_in(body, "targets")),
                tuple(map(str, rows_in(body, "zones"))),
            )
        case "motion":
            level = _optional_text(body, "state")
            return Moved(
                None if level is None else _one_of(MotionLevel, level),
                optional_number_in(body, "score"),
                _optional_text(body, "source"),
            )
        case "environment":
            temp, rh, lux, co2 = (
                optional_number_in(body, key) for key in ("temp", "rh", "lux", "co2")
            )
            return Environment(temp, rh, lux, co2)
        case "in_bed":
            return InBed(text_in(body, "sleeper"), _optional_flag(body, "in_bed"))
        case "respiration":
            return Respiration(
                text_in(body, "sleeper"),
                optional_number_in(body, "rate_bpm"),
                optional_number_in(body, "quality"),
            )
        case "heart_rate":
            return HeartRate(text_in(body, "sleeper"), optional_number_in(body, "rate_bpm"))
        case "node":
            return NodeStatus(
                text_in(body, "node"),
                _one_of(Availability, text_in(body, "availability")),
                rx=int(number_in(body, "rx")),
                bad=int(number_in(body, "bad")),
                dup=int(number_in(body, "dup")),
                gap=int(number_in(body, "gap")),
                skew_ms=optional_number_in(body, "skew_ms"),
                flooding=flag_in(body, "flooding"),
            )
        case kind:
            raise SnapshotError(f"there are no outputs of the kind {kind!r}")


def _one_of[T: (MotionLevel, Availability)](kind: type[T], text: str) -> T:
    try:
        return kind(text)
    except ValueError as error:
        raise SnapshotError(f"{text!r} is not known here") from error


def _optional_flag(body: Json, key: str) -> bool | None:
    return None if item(body, key) is None else flag_in(body, key)


def _optional_text(body: Json, key: str) -> str | None:
    return None if item(body, key) is None else text_in(body, key)
