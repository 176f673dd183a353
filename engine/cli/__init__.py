"""The `halcyon` command."""

from collections.abc import Sequence
import os
import sys

from .arguments import parser
from .errors import UnusableError

_WRONG_USE = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 for a failure, 2 for wrong input."""
    asked = parser().parse_args(arguments)
    try:
        status: int = asked.command(asked)
        sys.stdout.flush()
    except UnusableError as error:
        print(f"halcyon: {error}", file=sys.stderr)
        return _WRONG_USE
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered must not be tried again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status
