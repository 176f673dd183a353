"""Why an alarm rang, and what is known of the next, as data: reasons are keys to translate."""

from collections.abc import Iterable, Mapping

from ...core.output import AlarmPlan
from ...core.snapshot import Json
from .ringers import Ringers
from .settings import Settings


def explain(
    plan: AlarmPlan, settings: Settings, ringers: Ringers, hosts: Mapping[str, bool]
) -> dict[str, Json]:
    """What is planned, by when (unix seconds), and what each ringer was asked and answered."""
    return {
        "armed": plan.armed,
        "state": plan.state,
        "occurrence": plan.occurrence,
        "rings_at": plan.rings_at,
        "window_from": plan.window_from,
        "rings_by_itself": plan.held,
        "trouble": None if plan.trouble is None else str(plan.trouble),
        "nodes": _nodes(settings.nodes, plan.occurrence, ringers),
        "ringers": [
            {"ringer": each, "available": hosts.get(each, False)} for each in settings.ringers
        ],
        "patience_min": settings.patience_min,
    }


def _nodes(nodes: Iterable[str], occurrence: str | None, ringers: Ringers) -> list[Json]:
    if occurrence is None:
        return []
    rows: list[Json] = []
    for node in nodes:
        asked = ringers.wanted(node, occurrence)
        rows.append(
            {
                "node": node,
                "asked": None if asked is None else str(asked),
                "agreed": ringers.has(node, occurrence),
                "holds": ringers.holds(node, occurrence),
                "over": ringers.is_over(node, occurrence),
                "silent": ringers.is_silent(node, occurrence),
            }
        )
    return rows
