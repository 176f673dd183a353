"""A night with real processes: broker, speaker node and a host.

The node hears a silent recording and writes what it plays to a file; what rings is found in that
file.
"""

import asyncio
import contextlib
import math
from pathlib import Path
import time

from ..process import StageError, until
from .plan import Fault, Plan, What
from .proxy import Proxy
from .sleeping_node import SleepingNode
from .tonight import Host, Tonight
from .verdict import MISSED_S, Record, Ringer

_PATIENCE_S = 60.0
_NIGHT_S = 200.0

_STILL_S = 3.0
"""A machine on which nothing ran for so long says nothing of an alarm: somebody stopped it."""

_AFTERWARDS_S = 3.0
"""For so long nothing may be heard any more."""


class RealNight:
    """One night in a folder of its own; `quiet` is what the node hears.

    `stood_still` is the longest time, in seconds, for which nothing on this machine ran.
    """

    def __init__(self, plan: Plan, folder: Path, quiet: Path, host: Host) -> None:
        self._plan = plan
        self._folder = folder
        self._quiet = quiet
        self._host = host
        self._busy = {each: asyncio.Lock() for each in ("node", "broker", "host", "network")}
        self.stood_still = self._deadline = 0.0

    async def run(self) -> Record:
        """Let the night pass; raises StageError where it cannot begin or come to its end."""
        if not self._host.broker.running:
            await self._host.broker.start()
        async with Proxy(self._host.broker.port) as self._proxy:
            node = self._node = SleepingNode(self._folder, self._quiet, self._proxy.port)
            node.start()
            listening = asyncio.create_task(self._listen())
            try:
                async with asyncio.timeout(_NIGHT_S):
                    await self._live()
            finally:
                listening.cancel()
                node.kill()
                await self._host.leave()
        return self._judged()

    async def _live(self) -> None:
        host, plan = self._host, self._plan
        await until(lambda: self._node.plays, _PATIENCE_S, "the node's sound")
        # People set alarms to the second at best.
        deadline = self._deadline = float(math.ceil(time.time() + plan.lead))
        smart = None if plan.smart is None else deadline - plan.smart
        await host.begin(Tonight(deadline, smart, self._node.alarms))
        await until(lambda: host.is_set, plan.lead, "the alarm's setting")
        async with asyncio.TaskGroup() as group:
            for fault in plan.faults:
                group.create_task(self._break(fault))
            group.create_task(self._sleep())
        await until(lambda: host.confirmed is not None, _PATIENCE_S, "the node's confirmation")
        await asyncio.sleep(_AFTERWARDS_S)

    async def _sleep(self) -> None:
        """The sleeper: hears something, and says that it is over until the host has taken it."""
        # In vain too, for a night on which nothing is heard must come to an end.
        with contextlib.suppress(StageError):
            await until(
                lambda: self._host.rings or self._node.rang, self._plan.lead + MISSED_S, "a sound"
            )
        await asyncio.sleep(self._plan.reaction)
        while self._host.dismissed is None:
            await self._host.press()
            await asyncio.sleep(0.2)

    async def _break(self, fault: Fault) -> None:
        await asyncio.sleep(max(0.0, self._deadline + fault.at - time.time()))
        match fault.what:
            case What.KILL_NODE | What.CUT_POWER:
                async with self._busy["node"]:
                    await self._node.fail(fault)
            case What.KILL_BROKER:
                async with self._busy["broker"]:
                    self._host.broker.kill()
                    await asyncio.sleep(fault.lasts)
                    await self._host.broker.start()
            case What.KILL_HOST:
                async with self._busy["host"]:
                    self._host.kill()
                    await asyncio.sleep(fault.lasts)
                    await self._host.start()
            case What.PARTITION:
                async with self._busy["network"]:
                    self._proxy.cut()
                    await asyncio.sleep(fault.lasts)
                    self._proxy.mend()
            case What.TURN_CLOCK:
                self._node.mislead(fault.by)

    async def _listen(self) -> None:
        while True:
            began = time.monotonic()
            self._node.listen()
            await asyncio.sleep(0.1)
            self.stood_still = max(self.stood_still, time.monotonic() - began)

    def _judged(self) -> Record:
        node, host = self._node, self._host
        node.listen()
        return Record(
            self._deadline,
            able=node.able(),
            heard={Ringer.NODE: node.heard(), Ringer.HOST: host.heard()},
            dismissed=host.dismissed,
            confirmed=host.confirmed,
            rings=node.rings(),
        )


async def live(plan: Plan, folder: Path, quiet: Path, host: Host) -> Record:
    """One night; one that cannot come to its end is tried no further. Raises StageError."""
    night, record, why = RealNight(plan, folder, quiet, host), None, ""
    try:
        record = await night.run()
    except* StageError as group:
        why = str(group.exceptions[0])
    except* TimeoutError:
        why = f"it did not end within {_NIGHT_S:.0f} s"
    if night.stood_still > _STILL_S:
        why = f"nothing ran for {night.stood_still:.0f} s"
    if record is None or why:
        raise StageError(f"night {plan.number} in {folder}: {why}")
    return record
