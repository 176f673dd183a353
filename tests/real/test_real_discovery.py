"""A real Home Assistant finds the service in the network: our integration, and Wyoming's own."""

from contextlib import AsyncExitStack
from pathlib import Path
import sys

import pytest

from stage.hass import INTEGRATION, Hass
from stage.process import Process, free_port


@pytest.mark.asyncio
async def test_both_integrations_find_the_service_without_a_broker(tmp_path: Path) -> None:
    port = free_port()
    config = tmp_path / "halcyon.toml"
    config.write_text(f'store = "state"\n[speech]\nport = {port}\n')
    service = Process(
        [sys.executable, "-m", "halcyon", "run", "--config", str(config)],
        tmp_path / "service.log",
    )
    hass = Hass(tmp_path / "config", extra="zeroconf:\nassist_pipeline:\n")
    hass.install(INTEGRATION)
    async with AsyncExitStack() as stack:
        stack.callback(service.stop)
        stack.callback(hass.stop)
        await hass.start()
        home = await stack.enter_async_context(hass.client())
        step = await home.start_flow("halcyon")
        await home.answer_flow(step, name="Home", site="home")
        service.start()
        await home.wait_for_state("stt.halcyon_speech", "unknown", 90.0)
        flow = await home.wait_for_discovery("wyoming")
        result = await home.answer_flow(flow)
        assert result["type"] == "create_entry"
        await home.wait_for(
            lambda states: sum(each.startswith("stt.") for each in states) == 2, "Wyoming's own"
        )
