"""What a person should mend: issues that are raised and cleared as the site changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.issue_registry import IssueSeverity

from .const import DOMAIN

DATA_ENTRY = "entry_id"
DATA_NODE = "node"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend; `fixable` ones can be mended from the dialogue of the issue.

    `node` is what is wrong, where that is not a node its name.
    """

    key: str
    node: str = ""
    severity: IssueSeverity = IssueSeverity.WARNING
    detail: str = ""
    fixable: bool = False


@callback
def async_raise_issues(
    hass: HomeAssistant, entry: ConfigEntry[Any], findings: Iterable[Finding]
) -> None:
    """Raise the issues of what is wrong now, and clear the others of this site."""
    wrong = {_issue_id(entry.entry_id, finding): finding for finding in findings}
    for issue_id in _raised(hass, entry.entry_id) - wrong.keys():
        ir.async_delete_issue(hass, DOMAIN, issue_id)
    for issue_id, finding in wrong.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=finding.fixable,
            data={DATA_ENTRY: entry.entry_id, DATA_NODE: finding.node},
            severity=finding.severity,
            translation_key=finding.key,
            translation_placeholders={
                "site": entry.title,
                "node": finding.node,
                "detail": finding.detail,
            },
        )


@callback
def async_clear_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Clear all issues of a site."""
    for issue_id in _raised(hass, entry_id):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _issue_id(entry_id: str, finding: Finding) -> str:
    return f"{entry_id}_{finding.key}_{finding.node}".rstrip("_")


def _raised(hass: HomeAssistant, entry_id: str) -> set[str]:
    return {
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith(f"{entry_id}_")
    }
