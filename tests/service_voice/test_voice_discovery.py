"""`halcyon run` is found in a real network by whoever looks for Wyoming."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from zeroconf import ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

from stage.process import LOOPBACK, free_port, until

if TYPE_CHECKING:
    from tests.service.conftest import Start

pytestmark = pytest.mark.real

KIND = "_wyoming._tcp.local."


async def test_it_is_seen_while_it_serves_and_gone_afterwards(
    socket_enabled: None, halcyon: Start, tmp_path: Path
) -> None:
    seen: list[tuple[str, ServiceStateChange]] = []

    def note(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        seen.append((name, state_change))

    port, name = free_port(), f"halcyon-discovery.{KIND}"
    config = tmp_path / "halcyon.toml"
    config.write_text(f'site = "discovery"\n[speech]\nport = {port}\naddress = "{LOOPBACK}"\n')
    # By its address, because the harness says that this machine has another.
    network = AsyncZeroconf(interfaces=[LOOPBACK])
    try:
        browser = AsyncServiceBrowser(network.zeroconf, KIND, handlers=[note])
        service = halcyon("run", "--config", str(config))
        await until(lambda: (name, ServiceStateChange.Added) in seen, 60.0, "the service")
        found = await network.async_get_service_info(KIND, name)
        assert found is not None
        assert (found.port, found.parsed_addresses()) == (port, [LOOPBACK])
        assert found.properties == {b"site": b"discovery"}
        assert await service.stop() == 0
        await until(lambda: (name, ServiceStateChange.Removed) in seen, 10.0, "its end")
        await browser.async_cancel()
    finally:
        await network.async_close()
