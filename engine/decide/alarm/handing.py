"""What nodes are to hold of a sleeper's alarms, and what that comes to."""

from collections.abc import Container, Mapping

from ...core.output import AlarmPlan, AlarmTrouble
from .active import Active, Phase
from .clock import Clock
from .orders import Op, Order
from .ringers import Ringers
from .settings import Settings


def hand_over(
    ringers: Ringers,
    settings: Settings,
    prefix: str,
    coming: Mapping[str, float],
    over: Container[str],
    rung: str | None,
    unix: float,
    t: float,
) -> None:
    """Let every node hold what comes next of the occurrences whose id begins so, and no other.

    `coming` says when each rings (unix seconds), `rung` is the one that has rung. It is `unix` by
    the wall and t on the host's clock.
    """
    for occurrence, deadline in coming.items():
        order = Order(Op.SET, deadline, settings.sound, settings.volume)
        for node in settings.nodes:
            ringers.want(node, occurrence, order, t)
    for node, name, at in ringers.setting(prefix):
        if name == rung or (name in coming and node in settings.nodes):
            continue
        if name in over:
            ringers.want(node, name, Order(Op.DISMISS), t)
        elif at > unix:
            ringers.want(node, name, Order(Op.CANCEL), t)
        # What should have rung is left to the node, which may have another clock.


def planned(
    active: Active | None,
    settings: Settings,
    ringers: Ringers,
    hosts: Mapping[str, bool],
    clock: Clock,
) -> AlarmPlan:
    """What is planned of an armed alarm, of nobody yet."""
    held, silent = False, list[str]()
    if active is not None:
        held = any(ringers.holds(node, active.id) for node in settings.nodes)
        silent = [node for node in settings.nodes if ringers.is_silent(node, active.id)]
    silent += [each for each in settings.ringers if not hosts.get(each, False)]
    trouble = None
    if not settings.has_ringer:
        trouble = AlarmTrouble.NO_RINGER
    elif clock.zone is None:
        trouble = AlarmTrouble.NO_CLOCK
    elif silent:
        trouble = AlarmTrouble.RINGER_UNAVAILABLE
    rings_at = None if active is None else active.deadline
    if active is not None and active.phase is Phase.SNOOZED:
        rings_at = clock.unix(active.until)
    return AlarmPlan(
        sleeper="",
        armed=True,
        state="off" if active is None else str(active.phase),
        occurrence=None if active is None else active.id,
        rings_at=rings_at,
        window_from=None if active is None else opens(active, settings),
        held=held,
        trouble=trouble,
        silent=tuple(silent),
    )


def opens(active: Active, settings: Settings) -> float:
    """When the window opens, unix seconds."""
    return active.deadline - 60 * settings.window_min
