"""What a person should mend: issues that are raised and cleared as the site changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awesomeversion import AwesomeVersion, AwesomeVersionException
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.issue_registry import IssueSeverity

from .const import DOMAIN
from .display import NODE, Key
from .engine.core.reading import Availability

if TYPE_CHECKING:
    from .hub import Hub

SILENT_SECONDS = 900.0
"""A node that reboots, updates or loses its network for a moment is back well before this."""

OLDEST_FIRMWARE = AwesomeVersion("0.1.0")
"""The first firmware that speaks protocol 1 in full."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend."""

    key: str
    node: str = ""
    severity: IssueSeverity = IssueSeverity.WARNING
    detail: str = ""


@callback
def async_review_issues(hub: Hub) -> None:
    """Raise the issues of what is wrong now, and clear the others of this site."""
    findings = {_issue_id(hub.entry.entry_id, finding): finding for finding in _findings(hub)}
    for issue_id in _raised(hub.hass, hub.entry.entry_id) - findings.keys():
        ir.async_delete_issue(hub.hass, DOMAIN, issue_id)
    for issue_id, finding in findings.items():
        ir.async_create_issue(
            hub.hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=finding.severity,
            translation_key=finding.key,
            translation_placeholders={
                "site": hub.entry.title,
                "node": finding.node,
                "detail": finding.detail,
            },
        )


@callback
def async_clear_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Clear all issues of a site."""
    for issue_id in _raised(hass, entry_id):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _findings(hub: Hub) -> Iterator[Finding]:
    nodes = [(node, room.title) for room in hub.rooms.values() for node in room.nodes]
    if nodes and not hub.link.configured:
        yield Finding("broker_missing", severity=IssueSeverity.ERROR)
        return
    for node, room in nodes:
        if hub.values.get(Key(NODE, node, "availability")) == Availability.UNSUPPORTED:
            yield Finding("protocol_unsupported", node, IssueSeverity.ERROR)
        elif hub.watch.silent_for(node, hub.clock()) >= SILENT_SECONDS:
            yield Finding("node_silent", node, detail=room)
        if hub.values.get(Key(NODE, node, "flooding")) is True:
            yield Finding("node_flooding", node)
        if hub.watch.is_doubled(node, hub.clock()):
            yield Finding("node_doubled", node, IssueSeverity.ERROR)
        announcement = hub.announcements.get(node)
        if announcement is not None and _is_too_old(announcement.firmware):
            yield Finding("firmware_too_old", node, detail=announcement.firmware or "")


def _is_too_old(firmware: str | None) -> bool:
    """Whether a firmware names a version before the oldest one; unknown schemes are let be."""
    try:
        return firmware is not None and AwesomeVersion(firmware) < OLDEST_FIRMWARE
    except AwesomeVersionException:
        return False


def _issue_id(entry_id: str, finding: Finding) -> str:
    return f"{entry_id}_{finding.key}_{finding.node}".rstrip("_")


def _raised(hass: HomeAssistant, entry_id: str) -> set[str]:
    return {
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith(f"{entry_id}_")
    }
