"""What a node plays from elsewhere: sound of the home's own servers, and nothing else."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
import io
from threading import Thread
from typing import ClassVar, override

import numpy as np
import pytest
import soundfile

from halcyon_speaker import fetching
from halcyon_speaker.fetching import fetched
from halcyon_speaker.sounds import SoundError

pytestmark = pytest.mark.enable_socket


def wav(seconds: float = 0.5, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    samples = np.full(round(seconds * rate), 0.25, dtype=np.float32)
    soundfile.write(file, samples, rate, format="WAV")  # type: ignore[arg-type,call-arg]
    return file.getvalue()


class Served(BaseHTTPRequestHandler):
    """What lies at each path."""

    content: ClassVar[dict[str, bytes]] = {"/reply.wav": wav(), "/text": b"<html>"}

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/reply.wav")
            self.end_headers()
        elif (content := self.content.get(self.path)) is None:
            self.send_error(404)
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def server(socket_enabled: None) -> Iterator[str]:
    served = HTTPServer(("127.0.0.1", 0), Served)
    thread = Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


def test_an_answer_is_fetched_and_brought_to_the_rate_of_the_card(server: str) -> None:
    sound = fetched(f"{server}/reply.wav", 48_000)
    assert (len(sound.samples), sound.rate) == (24_000, 48_000)
    assert np.abs(sound.samples[5000:15_000] - 0.25).max() < 0.01


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/missing", "404"),
        ("/elsewhere", "302"),
        ("/text", "cannot be read"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_reason(server: str, path: str, expected: str) -> None:
    with pytest.raises(SoundError, match=expected):
        fetched(server + path, 48_000)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///etc/passwd", "must begin with http"),
        ("ftp://home.lan/a.wav", "must begin with http"),
        ("nonsense", "must begin with http"),
        ("http://", "cannot be reached"),
        ("http://127.0.0.1:1/a.wav", "cannot be reached"),
        ("http://[nonsense/a.wav", "cannot be reached"),
    ],
)
def test_nothing_but_servers_is_asked(socket_enabled: None, url: str, expected: str) -> None:
    with pytest.raises(SoundError, match=expected):
        fetched(url, 48_000)


def test_what_is_too_much_is_not_read_to_its_end(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LARGEST", 1000)
    with pytest.raises(SoundError, match="more than"):
        fetched(f"{server}/reply.wav", 48_000)
