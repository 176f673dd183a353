"""When alarms ring, and what is remembered of them. It reads no clock and opens nothing.

An alarm is held until its moment, rings until somebody says otherwise, and is over then: an
occurrence that is over never rings again. Its moment is there as soon as either clock says so,
because ringing early by a clock that was set wrongly is better than not ringing.
"""

from collections.abc import Collection
from dataclasses import replace
import hashlib

from .alarms import Alarm, Alarms, Event, Happened, Phase, Steadiness
from .commands import RefusedError
from .moments import Moment, Now
from .orders import Cancel, Dismiss, Order, Ring, SetAlarm, Snooze

GRACE_S = 1800.0
"""A node that comes back later than this after an alarm does not ring any more."""

RING_S = 900.0
"""For so long it rings where nobody reacts."""

SNOOZED_S = 7200.0
"""So long after it rang first it is not put off any further."""

FARTHEST_S = 32 * 86_400.0
"""Nobody is woken by an alarm of next month; a clock that was never set says such things."""

MOST_AHEAD_S = 60.0
"""A node whose clock is further ahead would ring too early, so it takes no alarm."""

MOST_HELD = 16
"""As many fit into an announcement."""

SETTLED_S = 600.0
"""After the machine started its clock may step because it is being set: until it has stood for so
long, a step says how late it is, and what it calls too late is only not rung, so that it can still
be set, or a host that knows better be heard. From then on a step is a disturbance."""

STEP_S = 1.0
"""What the wall clock may lose or gain between two looks without having been set."""

SAME_S = 1.0
"""What is asked again of an alarm that rings already is the same within this."""

_MOST_OVER = 64
_MOST_EVENTS = 64
"""What is remembered is bounded: a month of two sleepers."""


def step(state: Alarms, order: Order, now: Now) -> Alarms:
    """The state after an order; raises RefusedError. Time has come to `now` before it."""
    if isinstance(order, SetAlarm):
        return _set(state, order, now)
    alarm = state.get(order.occurrence)
    match order:
        case Ring():
            return _ring_now(state, alarm, order, now)
        case Snooze():
            return _snooze(state, alarm, order, now)
        case Dismiss():
            return _end(state, order.occurrence, Happened.DISMISSED, now)
        case Cancel():
            if alarm is not None and alarm.phase is not Phase.HELD:
                return _end(state, order.occurrence, Happened.DISMISSED, now)
            return _without(state, order.occurrence)


def advance(state: Alarms, now: Now) -> Alarms:
    """The state after everything that was due by now."""
    state = replace(state, steadiness=_looked_at(state.steadiness, now))
    for alarm in state.alarms:
        known = _anchored(alarm, state.steadiness, now)
        if known is not alarm:
            state = _with(state, known)
        if known.until is not None:
            if now.boot >= known.until:
                state = _end(state, known.occurrence, Happened.MISSED, now)
        elif known.at.is_past(now) and known.at.elapsed(now) <= GRACE_S:
            state = _ring(state, known, now)
        elif known.at.is_past(now) and _is_sure(known, state.steadiness, now):
            state = _end(state, known.occurrence, Happened.MISSED, now)
    return state


def next_deadline(state: Alarms, now: Now) -> float | None:
    """When `advance` has something to do if no clock steps, boot seconds."""
    moments = [each.at.next(now) if each.until is None else each.until for each in state.alarms]
    if state.steadiness is not None and any(each.at.boot is None for each in state.alarms):
        moments.append(state.steadiness.since + SETTLED_S)
    return min(moments, default=None)


def delivered(state: Alarms, told: Collection[str]) -> Alarms:
    """The state once events of these ids need not be told again."""
    return replace(state, events=tuple(each for each in state.events if each.id not in told))


def _set(state: Alarms, order: SetAlarm, now: Now) -> Alarms:
    alarm = state.get(order.occurrence)
    if order.occurrence in state.over:
        raise RefusedError("this occurrence is over: it rang or was dismissed; give another")
    if alarm is not None and alarm.phase is not Phase.HELD:
        if abs(alarm.at.unix - order.at) < SAME_S:
            return state
        raise RefusedError("this occurrence rings or is snoozed; dismiss it first")
    if alarm is None and len(state.alarms) >= MOST_HELD:
        raise RefusedError(f"{MOST_HELD} alarms are held already; cancel one")
    if order.in_s < -GRACE_S:
        raise RefusedError(f"the alarm is more than {GRACE_S / 60:.0f} min late")
    if order.in_s > FARTHEST_S:
        raise RefusedError(f"the alarm is more than {FARTHEST_S / 86_400:.0f} days ahead")
    ahead = now.unix + order.in_s - order.at
    if ahead > MOST_AHEAD_S:
        raise RefusedError(
            f"at_unix and in_ms differ: this node's clock is {ahead:.0f} s ahead; "
            "see that node and host keep network time"
        )
    at = Moment(order.at, now.boot + order.in_s)
    return advance(_with(state, Alarm(order.occurrence, at, order.sound, order.volume)), now)


def _ring_now(state: Alarms, alarm: Alarm | None, order: Ring, now: Now) -> Alarms:
    if order.occurrence in state.over:
        raise RefusedError("this occurrence is over: it rang or was dismissed")
    if alarm is None:
        alarm = Alarm(order.occurrence, now.after(0.0), order.sound, order.volume)
    elif alarm.phase is Phase.RINGING:
        # One that was cut short goes on, whether or not the time is known.
        return state if alarm.until is not None else _ring(state, alarm, now)
    return _ring(state, replace(alarm, at=now.after(0.0)), now)


def _snooze(state: Alarms, alarm: Alarm | None, order: Snooze, now: Now) -> Alarms:
    if alarm is None:
        raise RefusedError("this occurrence does not ring, so it cannot be snoozed")
    # One that does not ring here may ring elsewhere.
    first = alarm.first or now.after(0.0)
    if first.elapsed(now) + order.in_s > SNOOZED_S:
        raise RefusedError(
            f"it rang {SNOOZED_S / 3600:.0f} h ago or would have then; dismiss it instead"
        )
    later = replace(alarm, phase=Phase.SNOOZED, at=now.after(order.in_s), first=first, until=None)
    return _told(_with(state, later), alarm.occurrence, Happened.SNOOZED, later.at, now)


def _ring(state: Alarms, alarm: Alarm, now: Now) -> Alarms:
    """Let an alarm ring from now on; one that was cut short goes on and is not told again."""
    loud = replace(
        alarm,
        phase=Phase.RINGING,
        first=alarm.first or now.after(0.0),
        until=now.boot + RING_S,
    )
    state = _with(state, loud)
    if alarm.phase is Phase.RINGING:
        return state
    return _told(state, alarm.occurrence, Happened.RINGING, loud.at, now)


def _end(state: Alarms, occurrence: str, how: Happened, now: Now) -> Alarms:
    """The occurrence is over; what was never heard of is remembered too."""
    alarm = state.get(occurrence)
    if alarm is not None:
        state = _told(_without(state, occurrence), occurrence, how, alarm.at, now)
    over = (*(each for each in state.over if each != occurrence), occurrence)
    return replace(state, over=over[-_MOST_OVER:])


def _told(state: Alarms, occurrence: str, what: Happened, of: Moment, now: Now) -> Alarms:
    """The state with an event to be told; `of` tells it from others of its kind."""
    text = f"{occurrence}\n{what}\n{of.unix!r}"
    event = Event(hashlib.sha256(text.encode()).hexdigest()[:16], occurrence, what, now.after(0.0))
    return replace(state, events=(*state.events, event)[-_MOST_EVENTS:])


def _with(state: Alarms, alarm: Alarm) -> Alarms:
    """The state with an alarm instead of the one of its occurrence, or after all others."""
    names = [each.occurrence for each in state.alarms]
    if alarm.occurrence not in names:
        return replace(state, alarms=(*state.alarms, alarm))
    others = list(state.alarms)
    others[names.index(alarm.occurrence)] = alarm
    return replace(state, alarms=tuple(others))


def _without(state: Alarms, occurrence: str) -> Alarms:
    kept = tuple(each for each in state.alarms if each.occurrence != occurrence)
    return replace(state, alarms=kept)


def _looked_at(before: Steadiness | None, now: Now) -> Steadiness:
    offset = now.unix - now.boot
    if before is None or abs(offset - before.offset) > STEP_S:
        return Steadiness(offset, now.boot)
    return replace(before, offset=offset)


def _is_sure(alarm: Alarm, steadiness: Steadiness | None, now: Now) -> bool:
    """Whether a moment is known by a clock that is not about to be set."""
    settled = steadiness is not None and now.boot - steadiness.since >= SETTLED_S
    return settled or alarm.at.boot is not None


def _anchored(alarm: Alarm, steadiness: Steadiness | None, now: Now) -> Alarm:
    """The alarm by both clocks, once the wall's can be believed after the machine started anew."""
    ahead = alarm.at.unix - now.unix
    if alarm.at.boot is not None or not 0 < ahead <= FARTHEST_S:
        return alarm
    if not _is_sure(alarm, steadiness, now):
        return alarm
    return replace(alarm, at=replace(alarm.at, boot=now.boot + ahead))
