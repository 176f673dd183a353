"""Outputs as JSON, read back: what a host understands of the outputs of another."""

from collections.abc import Callable
from enum import StrEnum

from .output import (
    Action,
    Alarm,
    AlarmEvent,
    AlarmPlan,
    AlarmTrouble,
    Doppler,
    Environment,
    Fact,
    HeartRate,
    InBed,
    MotionEvent,
    Moved,
    Movement,
    NodeStatus,
    Output,
    Presence,
    Respiration,
    Ring,
    RoutineEvent,
    RoutineRun,
    SessionEvent,
    SkipReason,
    SleepIntent,
    SleepSession,
    SleepStage,
    Spoken,
    Ultrasound,
)
from .reading import Availability, MotionLevel, SoundTrouble
from .sleep import Stage
from .snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    optional_item,
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
    kind = item(body, "kind")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise SnapshotError(f"there are no outputs of the kind {kind!r}")
    return reader(body)


def _presence(body: Json) -> Presence:
    return Presence(
        _optional_flag(body, "occupied"),
        optional_number_in(body, "confidence"),
        tuple((number_in(row, 0), number_in(row, 1)) for row in rows_in(body, "targets")),
        tuple(map(str, rows_in(body, "zones"))),
    )


def _moved(body: Json) -> Moved:
    return Moved(
        _optional_one_of(MotionLevel, body, "state"),
        optional_number_in(body, "score"),
        _optional_text(body, "source"),
        tuple(map(_source, rows_in(body, "sources"))) if optional_item(body, "sources") else (),
    )


def _source(row: Json) -> tuple[str, str, MotionLevel | None]:
    level = None if item(row, 2) is None else _one_of(MotionLevel, text_in(row, 2))
    return text_in(row, 0), text_in(row, 1), level


def _motion_event(body: Json) -> MotionEvent:
    return MotionEvent(_one_of(Movement, text_in(body, "event")), _optional_text(body, "source"))


def _environment(body: Json) -> Environment:
    return Environment(*(optional_number_in(body, key) for key in ("temp", "rh", "lux", "co2")))


def _in_bed(body: Json) -> InBed:
    return InBed(text_in(body, "sleeper"), _optional_flag(body, "in_bed"))


def _respiration(body: Json) -> Respiration:
    return Respiration(
        text_in(body, "sleeper"),
        optional_number_in(body, "rate_bpm"),
        optional_number_in(body, "quality"),
    )


def _heart_rate(body: Json) -> HeartRate:
    return HeartRate(text_in(body, "sleeper"), optional_number_in(body, "rate_bpm"))


def _sleep_intent(body: Json) -> SleepIntent:
    return SleepIntent(text_in(body, "sleeper"), optional_number_in(body, "score"))


def _sleep_stage(body: Json) -> SleepStage:
    return SleepStage(
        text_in(body, "sleeper"),
        _optional_one_of(Stage, body, "stage"),
        optional_number_in(body, "confidence"),
        _numbers(body, "probabilities") if optional_item(body, "probabilities") else None,
    )


def _sleep_session(body: Json) -> SleepSession:
    return SleepSession(
        text_in(body, "sleeper"),
        _one_of(SessionEvent, text_in(body, "event")),
        optional_item(body, "report"),
    )


def _alarm(body: Json) -> Alarm:
    return Alarm(
        text_in(body, "sleeper"),
        text_in(body, "occurrence"),
        _one_of(AlarmEvent, text_in(body, "event")),
    )


def _alarm_plan(body: Json) -> AlarmPlan:
    return AlarmPlan(
        text_in(body, "sleeper"),
        armed=flag_in(body, "armed"),
        state=text_in(body, "state"),
        occurrence=_optional_text(body, "occurrence"),
        rings_at=optional_number_in(body, "rings_at"),
        window_from=optional_number_in(body, "window_from"),
        held=flag_in(body, "held"),
        trouble=_optional_one_of(AlarmTrouble, body, "trouble"),
        silent=tuple(map(str, rows_in(body, "silent"))),
    )


def _ring(body: Json) -> Ring:
    return Ring(
        text_in(body, "sleeper"),
        text_in(body, "occurrence"),
        text_in(body, "ringer"),
        on=flag_in(body, "on"),
        sound=_optional_text(body, "sound"),
        volume=optional_number_in(body, "volume"),
    )


def _spoken(body: Json) -> Spoken:
    return Spoken(
        text_in(body, "text"),
        tuple(map(str, rows_in(body, "nbest"))),
        optional_number_in(body, "confidence"),
        speaker=_optional_text(body, "speaker"),
        source=_optional_text(body, "source"),
        final=flag_in(body, "final"),
        accepted=flag_in(body, "accepted"),
        utterance=text_in(body, "utterance"),
        revision=int(number_in(body, "revision")),
        node=_optional_text(body, "node"),
        clarify=_optional_text(body, "clarify"),
        soft=flag_in(body, "soft"),
    )


def _routine_run(body: Json) -> RoutineRun:
    return RoutineRun(
        text_in(body, "routine"),
        text_in(body, "run"),
        _one_of(RoutineEvent, text_in(body, "event")),
        _optional_text(body, "trigger"),
        _optional_one_of(SkipReason, body, "reason"),
        optional_item(body, "why"),
    )


def _action(body: Json) -> Action:
    return Action(
        text_in(body, "id"),
        text_in(body, "routine"),
        text_in(body, "run"),
        int(number_in(body, "step")),
        item(body, "do"),
    )


def _node(body: Json) -> NodeStatus:
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


def _ultrasound(body: Json) -> Ultrasound:
    return Ultrasound(
        text_in(body, "node"),
        carrier_hz=optional_number_in(body, "carrier_hz"),
        level_db=optional_number_in(body, "level_db"),
        cnr_db=optional_number_in(body, "cnr_db"),
        calibrated=optional_number_in(body, "calibrated"),
        trouble=_optional_one_of(SoundTrouble, body, "trouble"),
        pets=_optional_flag(body, "pets"),
    )


def _doppler(body: Json) -> Doppler:
    return Doppler(
        text_in(body, "node"),
        axis=_numbers(body, "axis"),
        level_db=_numbers(body, "level_db"),
        state=_optional_one_of(MotionLevel, body, "state"),
        score=optional_number_in(body, "score"),
    )


_READERS: dict[str, Callable[[Json], Fact]] = {
    Presence.kind: _presence,
    Moved.kind: _moved,
    MotionEvent.kind: _motion_event,
    Environment.kind: _environment,
    InBed.kind: _in_bed,
    Respiration.kind: _respiration,
    HeartRate.kind: _heart_rate,
    SleepIntent.kind: _sleep_intent,
    SleepStage.kind: _sleep_stage,
    SleepSession.kind: _sleep_session,
    Alarm.kind: _alarm,
    AlarmPlan.kind: _alarm_plan,
    Ring.kind: _ring,
    Spoken.kind: _spoken,
    RoutineRun.kind: _routine_run,
    Action.kind: _action,
    NodeStatus.kind: _node,
    Ultrasound.kind: _ultrasound,
    Doppler.kind: _doppler,
}


def _one_of[T: StrEnum](kind: type[T], text: str) -> T:
    try:
        return kind(text)
    except ValueError as error:
        raise SnapshotError(f"{text!r} is not known here") from error


def _optional_one_of[T: StrEnum](kind: type[T], body: Json, key: str) -> T | None:
    return None if item(body, key) is None else _one_of(kind, text_in(body, key))


def _numbers(body: Json, key: str) -> tuple[float, ...]:
    rows = rows_in(body, key)
    return tuple(number_in(rows, index) for index in range(len(rows)))


def _optional_flag(body: Json, key: str) -> bool | None:
    return None if item(body, key) is None else flag_in(body, key)


def _optional_text(body: Json, key: str) -> str | None:
    return None if item(body, key) is None else text_in(body, key)
