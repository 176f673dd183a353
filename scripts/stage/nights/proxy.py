"""The network between a node and its broker, which can be cut."""

import asyncio
import contextlib
from typing import Self

from ..process import LOOPBACK


class Proxy:
    """Passes connections on to a port, unless it is cut; enter it as a context manager."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close everything."""
        self.cut()
        if self._server is not None:
            self._server.close()

    def cut(self) -> None:
        """From now on nothing passes."""
        self._is_cut = True
        for each in self._tasks:
            each.cancel()

    def mend(self) -> None:
        """Connections pass again."""
        self._is_cut = False

    async def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self._is_cut:
            back.close()
            return
        task = asyncio.ensure_future(self._carry(near, back))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far = None
        try:
            far_reader, far = await asyncio.open_connection(LOOPBACK, self._target)
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass(near, far))
                group.create_task(_pass(far_reader, back))
        except* OSError:
            pass
        finally:
            for writer in (back, far):
                if writer is not None:
                    with contextlib.suppress(OSError):
                        writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError("one side is gone")
