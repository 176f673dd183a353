"""What was done already: one line for every action, written before it is done."""

from collections import OrderedDict
from collections.abc import Iterable
import logging
from pathlib import Path

from ..keeping.files import add_to_file, replace_file

_LOGGER = logging.getLogger(__name__)

MOST = 5000
"""Actions that are remembered. An action that is told again after a crash is one of the last
minute, and no home does thousands a minute."""


class Journal:
    """The ids of actions, in a file that is only added to; it outlasts a power cut."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: OrderedDict[str, None] = OrderedDict()
        self._failed = False
        try:
            text = path.read_text("ascii", errors="replace")
        except FileNotFoundError:
            return
        # A power cut may have come in the middle of the last line, of which nothing was done yet.
        whole, _, torn = text.rpartition("\n")
        lines = whole.split()
        self._known.update(dict.fromkeys(lines[-MOST:]))
        if torn or len(lines) > MOST:
            replace_file(path, _lines(self._known))

    def add(self, actions: Iterable[str]) -> frozenset[str]:
        """Note actions, on the disk when this returns; those that were not known before."""
        new = dict.fromkeys(each for each in actions if each not in self._known)
        if not new:
            return frozenset()
        self._known.update(new)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        try:
            add_to_file(self._path, _lines(new))
        except OSError as error:
            # To leave a light on because a disk is full would be worse than to switch it twice.
            if not self._failed:
                _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                    "Actions of routines cannot be noted in %s (%s) and may be done twice after a "
                    "restart; make room or correct store",
                    self._path,
                    error.strerror,
                )
            self._failed = True
        else:
            self._failed = False
        return frozenset(new)


def _lines(actions: Iterable[str]) -> bytes:
    return "".join(f"{action}\n" for action in actions).encode("ascii")
