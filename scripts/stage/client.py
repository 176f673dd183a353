"""Home Assistant from outside: its HTTP and WebSocket interfaces, as the frontend uses them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import itertools
from types import TracebackType
from typing import Any, Self

import aiohttp

from .process import StageError

type Json = Any
"""What Home Assistant answers; whoever reads it knows its shape."""

type Members = dict[str, Json]

_TIMEOUT = aiohttp.ClientTimeout(total=60)
_LARGEST_MESSAGE = 32 * 1024 * 1024
_RESULT_TIMEOUT = 30.0


class RefusedError(StageError):
    """Home Assistant answered a request with an error."""


@dataclass(frozen=True, slots=True)
class State:
    """One entity as the state machine holds it."""

    entity_id: str
    state: str
    attributes: Members
    changed: float

    @property
    def name(self) -> str:
        """What a person reads."""
        return str(self.attributes.get("friendly_name", self.entity_id))


class Client:
    """One WebSocket connection and the REST calls beside it; use it with `async with`.

    `states` follows the state machine live. `on_change` callbacks get every new State.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.states: dict[str, State] = {}
        self.on_change: list[Callable[[State], None]] = []
        self._token = token
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._events: dict[int, asyncio.Queue[Members]] = {}
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._token}"}
        self._http = aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT)
        try:
            self._socket = await self._log_in()
        except BaseException:
            await self._http.close()
            raise
        self._reader = asyncio.create_task(self._read())
        self._follower = asyncio.create_task(self._follow())
        await self.wait_for(bool, "the first state")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in (self._follower, self._reader):
            task.cancel()
            with suppress(asyncio.CancelledError, StageError):
                await task
        await self._socket.close()
        await self._http.close()

    # Requests

    async def ask(self, kind: str, **fields: Json) -> Json:
        """The result of one WebSocket command; raises RefusedError."""
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "type": kind, **fields})
        try:
            return await asyncio.wait_for(answer, _RESULT_TIMEOUT)
        except TimeoutError as error:
            raise StageError(f"Home Assistant did not answer {kind}") from error
        finally:
            self._answers.pop(number, None)

    async def send(self, handler: int, data: bytes) -> None:
        """Send bytes, such as sound, to a handler that Home Assistant gave a number."""
        await self._socket.send_bytes(bytes([handler]) + data)

    @asynccontextmanager
    async def events(self, kind: str, **fields: Json) -> AsyncIterator[asyncio.Queue[Members]]:
        """The events of one subscription command, as long as the context lasts."""
        number = next(self._ids)
        queue = self._events[number] = asyncio.Queue()
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "type": kind, **fields})
        try:
            await asyncio.wait_for(answer, _RESULT_TIMEOUT)
            yield queue
        finally:
            self._answers.pop(number, None)
            self._events.pop(number, None)
            if not self._socket.closed:
                with suppress(StageError, ConnectionError):
                    await self.ask("unsubscribe_events", subscription=number)

    async def get(self, path: str) -> Json:
        """The JSON of a GET request."""
        async with self._http.get(f"{self.url}{path}") as response:
            return await _body(response)

    async def fetch(self, path: str) -> bytes:
        """What a GET request answers, as it is: a picture."""
        async with self._http.get(f"{self.url}{path}") as response:
            if response.status >= 400:
                await _body(response)
            return await response.read()

    async def post(self, path: str, body: Mapping[str, Json] | None = None) -> Json:
        """The JSON of a POST request."""
        async with self._http.post(f"{self.url}{path}", json=dict(body or {})) as response:
            return await _body(response)

    async def delete(self, path: str) -> Json:
        """The JSON of a DELETE request."""
        async with self._http.delete(f"{self.url}{path}") as response:
            return await _body(response)

    async def act(self, service: str, target: str, **data: Json) -> None:
        """Perform an action (`domain.name`) on one entity."""
        domain, _, name = service.partition(".")
        await self.ask(
            "call_service",
            domain=domain,
            service=name,
            service_data=data,
            target={"entity_id": target},
        )

    # Flows

    async def start_flow(self, handler: str) -> Members:
        """Start a config flow as a person does with "Add integration"; its first step."""
        return await self._flow("/api/config/config_entries/flow", {"handler": handler})

    async def start_subentry_flow(self, entry_id: str, kind: str) -> Members:
        """Start the flow that adds a subentry; its first step."""
        return await self._flow(
            "/api/config/config_entries/subentries/flow", {"handler": [entry_id, kind]}
        )

    async def change_subentry(self, entry_id: str, kind: str, subentry_id: str) -> Members:
        """Start the flow that changes a subentry; its first step."""
        return await self._flow(
            "/api/config/config_entries/subentries/flow",
            {"handler": [entry_id, kind], "subentry_id": subentry_id},
        )

    async def start_options_flow(self, entry_id: str) -> Members:
        """Start the options flow of an entry; its first step."""
        return await self._flow("/api/config/config_entries/options/flow", {"handler": entry_id})

    async def see_flow(self, flow_id: str) -> Members:
        """The step that a flow waits at, as the frontend fetches it before it shows it."""
        step: Members = await self.get(f"/api/config/config_entries/flow/{flow_id}")
        return step

    async def answer_flow(self, step: Members, **answers: Json) -> Members:
        """Submit the form of a step of a config flow; the next step."""
        return await self._flow(f"/api/config/config_entries/flow/{step['flow_id']}", answers)

    async def answer_subentry_flow(self, step: Members, **answers: Json) -> Members:
        """Submit the form of a step of a subentry flow; the next step."""
        return await self._flow(
            f"/api/config/config_entries/subentries/flow/{step['flow_id']}", answers
        )

    async def end_subentry_flow(self, step: Members) -> None:
        """Close the form of a step without an answer."""
        await self.delete(f"/api/config/config_entries/subentries/flow/{step['flow_id']}")

    async def answer_options_flow(self, step: Members, **answers: Json) -> Members:
        """Submit the form of a step of an options flow; the next step."""
        return await self._flow(
            f"/api/config/config_entries/options/flow/{step['flow_id']}", answers
        )

    async def wait_for_discovery(
        self, handler: str, name: str = "", patience: float = 30.0
    ) -> Members:
        """The first flow of an integration that waits for a person to confirm a discovery.

        With `name` the first whose title begins with it.
        """
        async with self.events("config_entries/flow/subscribe") as changes:
            while True:
                for flow in await self.ask("config_entries/flow/progress"):
                    title = flow["context"].get("title_placeholders", {}).get("name", "")
                    if flow["handler"] == handler and title.startswith(name):
                        return await self.see_flow(flow["flow_id"])
                try:
                    await asyncio.wait_for(changes.get(), patience)
                except TimeoutError as error:
                    raise StageError(f"nothing of {handler} was discovered") from error

    async def entries(self, domain: str) -> list[Members]:
        """The config entries of an integration."""
        found: list[Members] = await self.ask("config_entries/get", domain=domain)
        return found

    async def site(self, name: str) -> str | None:
        """The id of the config entry of a site of Halcyon, by its name on the broker."""
        entries = await self.entries("halcyon")
        found = (each["entry_id"] for each in entries if each["title"] == name.capitalize())
        return next(found, None)

    # States

    async def wait_for(
        self,
        holds: Callable[[Mapping[str, State]], bool],
        what: str,
        patience: float = 30.0,
    ) -> None:
        """Wait until the states fulfil a condition; raises StageError naming `what`."""
        try:
            async with asyncio.timeout(patience), self._changed:
                await self._changed.wait_for(lambda: self.broken or holds(self.states))
        except TimeoutError as error:
            raise StageError(f"{what} did not come about within {patience:g} s") from error
        if self.broken:
            raise StageError(f"the connection to Home Assistant ended before {what}")

    async def wait_for_state(self, entity_id: str, state: str, patience: float = 30.0) -> None:
        """Wait until an entity has a state."""
        try:
            await self.wait_for(
                lambda states: entity_id in states and states[entity_id].state == state,
                f"{entity_id} = {state}",
                patience,
            )
        except StageError as error:
            found = self.states.get(entity_id)
            raise StageError(f"{error}; it is {found.state if found else 'missing'}") from error

    async def _log_in(self) -> aiohttp.ClientWebSocketResponse:
        socket = await self._http.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=_LARGEST_MESSAGE
        )
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise RefusedError(f"Home Assistant refused the log-in: {answer}")
        return socket

    async def _flow(self, path: str, body: Members) -> Members:
        step: Members = await self.post(path, body)
        if step.get("errors"):
            raise RefusedError(f"the form was refused: {step['errors']}")
        return step

    @property
    def broken(self) -> bool:
        """Whether the connection has ended."""
        return self._reader.done() or self._follower.done()

    async def _follow(self) -> None:
        try:
            async with self.events("subscribe_entities") as queue:
                while True:
                    for state in _apply(self.states, await queue.get()):
                        for callback in self.on_change:
                            callback(state)
                    await self._wake()
        finally:
            await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                body = message.json()
                for part in body if isinstance(body, list) else [body]:
                    self._take(part)
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(StageError("Home Assistant closed the connection"))
            await self._wake()

    def _take(self, message: Members) -> None:
        number = message["id"]
        if message["type"] == "event":
            if number in self._events:
                self._events[number].put_nowait(message["event"])
        elif message["type"] == "result" and (answer := self._answers.get(number)):
            if answer.done():
                return
            if message["success"]:
                answer.set_result(message["result"])
            else:
                answer.set_exception(RefusedError(str(message["error"])))


async def _body(response: aiohttp.ClientResponse) -> Json:
    if response.status >= 400:
        path = response.url.path
        raise RefusedError(f"{path} answered {response.status}: {await response.text()}")
    return await response.json()


def _apply(states: dict[str, State], event: Members) -> list[State]:
    """Apply one event of `subscribe_entities`: a(dded), c(hanged) with + and -, r(emoved)."""
    fresh = []
    for entity_id, whole in event.get("a", {}).items():
        fresh.append(State(entity_id, whole["s"], whole["a"], whole["lc"]))
    for entity_id, change in event.get("c", {}).items():
        old = states[entity_id]
        plus, minus = change.get("+", {}), change.get("-", {})
        attributes = {
            key: value
            for key, value in (old.attributes | plus.get("a", {})).items()
            if key not in minus.get("a", [])
        }
        fresh.append(
            State(entity_id, plus.get("s", old.state), attributes, plus.get("lc", old.changed))
        )
    for state in fresh:
        states[state.entity_id] = state
    for entity_id in event.get("r", []):
        states.pop(entity_id, None)
    return fresh
