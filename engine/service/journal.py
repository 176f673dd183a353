"""What was done already: one line for every action, written before it is done."""

from collections import OrderedDict
import logging
from pathlib import Path

from ..keeping.files import replace_file

_LOGGER = logging.getLogger(__name__)

MOST = 5000
"""Actions that are remembered. An action that is told again after a crash is one of the last
minute, and no home does thousands a minute."""


class Journal:
    """The ids of actions, in a file that is only added to.

    It outlasts the end of this process, however sudden; a power cut may cost it the last seconds.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: OrderedDict[str, None] = OrderedDict()
        self._failed = False
        try:
            lines = path.read_text("ascii", errors="replace").split()
        except FileNotFoundError:
            return
        for line in lines[-MOST:]:
            self._known[line] = None
        if len(lines) > MOST:
            replace_file(path, "".join(f"{line}\n" for line in self._known).encode())

    def add(self, action: str) -> bool:
        """Note an action; whether it was not known before."""
        if action in self._known:
            return False
        self._known[action] = None
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{action}\n")
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
        return True
