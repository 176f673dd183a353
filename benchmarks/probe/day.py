"""Letting Home Assistant live through days of simulated messages in minutes."""

import asyncio
from collections.abc import Iterator
import json
import marshal
from pathlib import Path
import time
from typing import Any, BinaryIO, Self

from homeassistant.components.mqtt.models import DATA_MQTT
from homeassistant.core import HomeAssistant
from paho.mqtt.client import MQTTMessage

STEP = 0.25
"""Seconds of simulated time that pass at once."""

type _Row = tuple[float, str, bytes, int, bool]
"""Time of arrival, seconds from the beginning, topic, payload, qos and retain."""


class _Clock:
    """Puts `time.time` and `time.monotonic` of this process under control.

    The event loop and Home Assistant read them at every look at the time, so that everything
    that waits for a time of day, a delay or an interval sees the time that is set here.
    """

    def __init__(self) -> None:
        self._unix, self.monotonic = time.time(), time.monotonic()
        self._real = time.time, time.monotonic

    def __enter__(self) -> Self:
        unix, monotonic = self._unix, self.monotonic
        time.time = lambda: unix + self.monotonic - monotonic
        time.monotonic = lambda: self.monotonic
        return self

    def __exit__(self, *_: object) -> None:
        # The time does not go back; it goes on from where it is.
        ahead = self.monotonic - self._real[1]()
        unix, monotonic = self._real
        time.time = lambda: unix() + ahead
        time.monotonic = lambda: monotonic() + ahead


async def report_days(hass: HomeAssistant, source: Path, report: Path) -> None:
    """Deliver the messages of a pipe in their time, and write a report of it."""
    try:
        said = await _pass_days(hass, source)
    except Exception as error:  # noqa: BLE001 - whoever waits for the report must hear of it
        said = {"error": repr(error)}
    part = report.with_suffix(".part")
    await asyncio.to_thread(part.write_text, json.dumps(said))
    await asyncio.to_thread(part.rename, report)


async def _pass_days(hass: HomeAssistant, source: Path) -> dict[str, Any]:
    """Deliver messages through Home Assistant's own MQTT client, in their time.

    Only the network and the clock are not real: the messages pass the client's own matching and
    callbacks, timers fire when the time has come, and the next step waits until all that
    arrived has been shown. Returns the simulated `seconds`, the count of `messages`, `heard`, for
    how many seconds each topic spoke, summed over the topics, and the real seconds of processor
    time of the process.
    """
    hub = hass.config_entries.async_loaded_entries("halcyon")[0].runtime_data
    mqtt = hass.data[DATA_MQTT].client
    began, count, cpu = time.monotonic(), 0, time.process_time()
    last: dict[str, int] = {}
    heard = 0
    with await asyncio.to_thread(source.open, "rb") as pipe, _Clock() as clock:
        rows = _rows(pipe)
        row = await asyncio.to_thread(next, rows, None)
        while row is not None:
            clock.monotonic += STEP
            while row is not None and began + row[0] <= clock.monotonic:
                mqtt._async_mqtt_on_message(mqtt._mqttc, None, _message(row, began))  # noqa: SLF001
                count += 1
                if last.get(row[1]) != int(row[0]):
                    last[row[1]] = int(row[0])
                    heard += 1
                row = next(rows, None)
            await hub.async_settle()
            # What the loop has to do now may ask for more to be done.
            for _ in range(3):
                await asyncio.sleep(0)
        passed = clock.monotonic - began
    return {"seconds": passed, "messages": count, "heard": heard, "cpu": time.process_time() - cpu}


def _rows(pipe: BinaryIO) -> Iterator[_Row]:
    while True:
        try:
            row: _Row = marshal.load(pipe)  # noqa: S302 - the benchmark wrote it
        except EOFError:
            return
        yield row


def _message(row: _Row, began: float) -> MQTTMessage:
    t, topic, payload, qos, retain = row
    message = MQTTMessage(topic=topic.encode())
    message.payload, message.qos, message.retain = payload, qos, retain
    message.timestamp = began + t
    return message
