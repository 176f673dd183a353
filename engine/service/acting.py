"""What routines do where no other host runs their actions: messages, and commands to nodes."""

from collections.abc import Callable, Sequence
import json
import time

from ..core.message import topic_of
from ..core.output import Action
from .journal import Journal
from .transport import Letter

HELD_S = 60.0
"""For how long an action waits for the broker. Later somebody has reached for the switch."""

_VALID_S = 10.0
"""For which a node obeys a command, as those of the engine."""

_COMMANDS = frozenset({"light", "play", "say"})


class Actor:
    """Carries out the actions of a site's routines, each at most once.

    `send` takes a letter and says whether there was a connection to send it by.
    """

    def __init__(self, site: str, journal: Journal, send: Callable[[Letter], bool]) -> None:
        self._site = site
        self._journal = journal
        self._send = send
        self._held: list[tuple[float, Letter]] = []

    def take(self, actions: Sequence[Action], t: float) -> None:
        """Carry out actions at host time t, but those that were carried out before."""
        new = self._journal.add(action.id for action in actions)
        for action in actions:
            letter = self._letter(action, time.time()) if action.id in new else None
            if letter is not None and not self._send(letter):
                self._held.append((t, letter))

    def held(self, t: float) -> list[Letter]:
        """What waited for the broker and is still to be done at host time t."""
        held, self._held = self._held, []
        return [letter for since, letter in held if t - since <= HELD_S]

    def _letter(self, action: Action, unix: float) -> Letter | None:
        if not isinstance(action.do, dict):
            return None
        fields = dict(action.do)
        match fields.pop("do", None), fields.pop("node", None):
            case "publish", _:
                payload, qos = str(fields.get("payload") or ""), int(fields.get("qos") == 1)
                retain = fields.get("retain") is True
                return Letter(str(fields.get("topic")), payload.encode(), qos, retain)
            case str(name), str(node) if name in _COMMANDS:
                fields |= {"id": action.id, "t": unix, "expires": unix + _VALID_S}
                payload = json.dumps(fields, separators=(",", ":"))
                return Letter(topic_of(self._site, node, "cmd", name), payload.encode(), qos=1)
        return None
