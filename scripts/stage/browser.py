"""A real Chromium without a window, driven over its own debugging protocol."""

import asyncio
import base64
from contextlib import suppress
import itertools
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from .client import Json
from .process import LOOPBACK, Process, StageError, find_program, free_port, is_listening, until

_START_TIMEOUT = 30.0
_ANSWER_TIMEOUT = 30.0
_LARGEST_MESSAGE = 64 * 1024 * 1024

# Home Assistant's pages are custom elements inside custom elements; a plain selector sees none.
_DEEP = """
(() => {
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      found.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found;
})()
"""


class Browser:
    """One tab of `width` by `height` CSS pixels; use it with `async with`."""

    def __init__(self, folder: Path, *, width: int = 1280, height: int = 900) -> None:
        self._size = (width, height)
        self._port = free_port()
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        command = [
            find_program("chromium"),
            "--headless=new",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--force-color-profile=srgb",
            "--lang=en-GB",
            f"--user-data-dir={folder / 'profile'}",
            f"--remote-debugging-port={self._port}",
        ]
        if os.getuid() == 0:
            # Its sandbox refuses to run as root; the only page that it opens is our own.
            command.append("--no-sandbox")
        self._process = Process(command, folder / "chromium.log")

    async def __aenter__(self) -> Self:
        self._process.start()
        self._http = aiohttp.ClientSession()
        try:
            await self._process.ready(lambda: is_listening(self._port), _START_TIMEOUT)
            async with self._http.put(f"http://{LOOPBACK}:{self._port}/json/new") as response:
                tab = await response.json()
            self._socket = await self._http.ws_connect(
                tab["webSocketDebuggerUrl"], max_msg_size=_LARGEST_MESSAGE
            )
        except BaseException:
            await self._http.close()
            self._process.stop()
            raise
        self._reader = asyncio.create_task(self._read())
        width, height = self._size
        await self._ask("Page.enable")
        await self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
        await self._socket.close()
        await self._http.close()
        self._process.stop()

    async def log_in(self, url: str, token: str) -> None:
        """Give every page from here on the log-in of a person with this token."""
        tokens = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 10**9,
            "expires": 10**13,
            "refresh_token": "",
            "hassUrl": url,
            "clientId": f"{url}/",
        }
        script = f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))});"
        await self._ask("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self._ask("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Json:
        """The value of a JavaScript expression; raises StageError where it throws."""
        answer = await self._ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise StageError(f"the page threw: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def shows(self, text: str) -> bool:
        """Whether an element of the page that is visible holds just this text."""
        wanted = json.dumps(text)
        return bool(
            await self.evaluate(
                f"{_DEEP}.some(e => e.getClientRects().length && [...e.childNodes].some("
                f"n => n.nodeType === 3 && n.textContent.trim() === {wanted}))"
            )
        )

    async def wait_for_text(self, text: str, patience: float = 30.0) -> None:
        """Wait until the page shows a text; raises StageError."""
        await until(lambda: self.shows(text), patience, f"a page that shows {text!r}")

    async def click(self, text: str) -> None:
        """Click the innermost visible element that holds just this text; raises StageError."""
        wanted = json.dumps(text)
        clicked = await self.evaluate(
            f"(() => {{ const all = {_DEEP}.filter(e => e.getClientRects().length && "
            f"[...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim() === {wanted}));"
            "if (!all.length) return false; all[all.length - 1].click(); return true; })()"
        )
        if not clicked:
            raise StageError(f"the page has nothing to click that says {text!r}")

    async def picture(self, path: Path) -> None:
        """Save what the tab shows as PNG."""
        answer = await self._ask("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(answer["data"]))

    async def _ask(self, method: str, **fields: Json) -> Json:
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": fields})
        try:
            return await asyncio.wait_for(answer, _ANSWER_TIMEOUT)
        except TimeoutError as error:
            raise StageError(f"Chromium did not answer {method}") from error
        finally:
            self._answers.pop(number, None)

    async def _read(self) -> None:
        async for message in self._socket:
            body: dict[str, Any] = message.json()
            answer = self._answers.get(body.get("id", 0))
            if answer is None or answer.done():
                continue
            if "error" in body:
                answer.set_exception(StageError(f"Chromium refused: {body['error']}"))
            else:
                answer.set_result(body["result"])
