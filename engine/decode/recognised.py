"""What a host understood of an utterance, as a message."""

from ..core.message import is_id
from ..core.reading import Recognised
from ..core.snapshot import Json
from .malformed import MalformedError
from .strict_json import Members

LONGEST_TEXT = 400
"""Characters of a transcript, half a minute of speech."""

MOST_READINGS = 10
"""How many alternatives are told."""

_LONGEST_NAME = 128
_MOST_REVISIONS = 1_000_000


def read_recognised(body: dict[str, Json]) -> Recognised:
    """A `$host/recognised` body; raises MalformedError without an utterance, revision and text."""
    members = Members(body)
    utterance = members.text("utterance", _LONGEST_NAME)
    revision = members.whole("revision", 0, _MOST_REVISIONS)
    text = body.get("text")
    if utterance is None or revision is None or not isinstance(text, str):
        raise MalformedError("what was recognised needs an utterance, a revision and a text")
    node, room = members.text("node", _LONGEST_NAME), members.text("room", _LONGEST_NAME)
    return Recognised(
        utterance,
        revision,
        plain(text),
        _readings(members.rows("nbest") or []),
        members.number("confidence", 0.0, 1.0),
        accepted=members.flag("accepted") is True,
        clarify=members.text("clarify", LONGEST_TEXT),
        final=members.flag("final") is True,
        withdrawn=members.flag("withdrawn") is True,
        speaker=members.text("speaker", _LONGEST_NAME),
        source=members.text("source", _LONGEST_NAME) or "node",
        node=node if node is not None and is_id(node) else None,
        room=room if room is not None and is_id(room) else None,
        at=members.number("at"),
        soft=members.flag("soft") is True,
    )


def plain(text: str) -> str:
    """A transcript as one line of printable characters, cut where nobody would speak on."""
    shown = "".join(each if each.isprintable() else " " for each in text[: 4 * LONGEST_TEXT])
    return " ".join(shown.split())[:LONGEST_TEXT]


def _readings(rows: list[Json]) -> tuple[str, ...]:
    return tuple(plain(row) for row in rows[:MOST_READINGS] if isinstance(row, str))
