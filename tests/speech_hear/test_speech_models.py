"""Fetching models: from their publishers, else out of packages; interrupted, damaged, missing."""

from collections.abc import Iterator
from dataclasses import replace
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from pathlib import Path
import re
import threading
from typing import ClassVar, override
import zipfile

import pytest

from halcyon.speech.engines import Engines
from halcyon.speech.models import fetch as fetching, manifest
from halcyon.speech.models.download import DownloadError, download
from halcyon.speech.models.fetch import fetch
from halcyon.speech.models.folder import (
    MissingModelError,
    ModelError,
    models_folder,
    wanting,
    whole_model,
)
from halcyon.speech.models.manifest import (
    File,
    Model,
    Packaged,
    Published,
    known_models,
    models_for,
)
from halcyon.speech.models.registry import address_of

BODY = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(BODY).hexdigest()


class Server(BaseHTTPRequestHandler):
    """Serves BODY at any path; counts what is asked, and may end early or know no ranges."""

    asked: ClassVar[list[str | None]] = []
    breaks_after: ClassVar[int | None] = None
    knows_ranges: ClassVar[bool] = True

    def do_GET(self) -> None:
        wanted = self.headers["Range"]
        self.asked.append(wanted)
        start = int(wanted[len("bytes=") : -1]) if wanted and self.knows_ranges else 0
        if start >= len(BODY):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(BODY) - start))
        self.end_headers()
        end = len(BODY) if self.breaks_after is None else start + self.breaks_after
        self.wfile.write(BODY[start:end])

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(socket_enabled: None) -> Iterator[str]:
    Server.asked, Server.breaks_after, Server.knows_ranges = [], None, True
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def told(_name: str, _arrived: int, _whole: int | None) -> None:
    """Nobody watches."""


def test_a_file_arrives_whole_and_progress_is_told(server: str, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    download(f"{server}/model", tmp_path / "model", len(BODY), DIGEST, lambda *at: seen.append(at))
    assert (tmp_path / "model").read_bytes() == BODY
    assert seen[-1] == ("model", len(BODY), len(BODY))
    assert list(tmp_path.iterdir()) == [tmp_path / "model"]


def test_what_was_interrupted_goes_on_where_it_stopped(server: str, tmp_path: Path) -> None:
    Server.breaks_after = 400_000
    with pytest.raises(DownloadError, match="400000 of 1024000"):
        download(f"{server}/model", tmp_path / "model", len(BODY), DIGEST, told)
    assert not (tmp_path / "model").exists()
    Server.breaks_after = None
    download(f"{server}/model", tmp_path / "model", len(BODY), DIGEST, told)
    assert Server.asked == [None, "bytes=400000-"]
    assert (tmp_path / "model").read_bytes() == BODY


def test_a_server_without_ranges_starts_over(server: str, tmp_path: Path) -> None:
    (tmp_path / "model.part").write_bytes(b"something else")
    Server.knows_ranges = False
    download(f"{server}/model", tmp_path / "model", len(BODY), DIGEST, told)
    assert (tmp_path / "model").read_bytes() == BODY


def test_a_file_that_had_arrived_is_only_checked(server: str, tmp_path: Path) -> None:
    (tmp_path / "model.part").write_bytes(BODY)
    download(f"{server}/model", tmp_path / "model", None, DIGEST, told)
    assert Server.asked == [f"bytes={len(BODY)}-"]
    (tmp_path / "model").rename(tmp_path / "model.part")
    download(f"{server}/model", tmp_path / "model", len(BODY), DIGEST, told)
    assert len(Server.asked) == 1


def test_another_file_than_the_pinned_is_refused_and_not_kept(server: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="SHA-256"):
        download(f"{server}/model", tmp_path / "model", len(BODY), "0" * 64, told)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_size_is_not_even_fetched(server: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="1024000 bytes"):
        download(f"{server}/model", tmp_path / "model", 99, DIGEST, told)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_said_so(socket_enabled: None, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:1/model"):
        download("http://127.0.0.1:1/model", tmp_path / "model", None, None, told)


# Models of two files, and archives that hold them.


def archive(folder: Path, *names: str, content: bytes = BODY) -> Path:
    path = folder / "some-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return path


def model(*sources: Published | Packaged) -> Model:
    files = (File("a/one", len(BODY), DIGEST), File("two", len(BODY), DIGEST))
    return Model("some", "vosk", "en", "first pass", "MIT", "nobody", files, sources)


def published(path: Path, folder: str | None = "inside") -> Published:
    return Published(path.as_uri(), folder, ("a/one", "two"))


def test_a_model_comes_out_of_its_publishers_archive(tmp_path: Path) -> None:
    made = archive(tmp_path, "inside/a/one", "inside/two", "inside/unwanted")
    wanted, folder = model(published(made)), tmp_path / "models"
    assert fetch(wanted, folder, told)
    assert whole_model(wanted, folder) == folder / "some"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"some/a/one", "some/two"}
    assert not fetch(wanted, folder, told)


def test_only_what_is_wanting_is_fetched_from_the_next_source(server: str, tmp_path: Path) -> None:
    made = archive(tmp_path, "inside/a/one")
    wanted = model(published(made), Published(server, None, ("a/one", "two")))
    warnings: list[str] = []
    assert fetch(wanted, tmp_path / "models", told, warnings.append)
    assert "holds no inside/two" in warnings[0]
    assert len(Server.asked) == 1


def test_a_package_serves_where_the_publisher_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = archive(tmp_path, "inside/a/one", "inside/two")
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    packaged = Packaged(
        "some", "1.0", made.name, made.stat().st_size, digest, "inside", ("a/one", "two")
    )
    monkeypatch.setattr(fetching, "address_of", lambda _: made.as_uri())
    wanted = model(published(tmp_path / "absent.zip"), packaged)
    warnings: list[str] = []
    assert fetch(wanted, tmp_path / "models", told, warnings.append)
    assert "absent.zip" in warnings[0]


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    wanted, folder = (
        model(published(archive(tmp_path, "inside/a/one", "inside/two"))),
        tmp_path / "m",
    )
    fetch(wanted, folder, told)
    (folder / "some/two").write_bytes(b"damaged" + BODY[7:])
    assert [file.name for file in wanting(wanted, folder)] == ["two"]
    assert fetch(wanted, folder, told)
    assert wanting(wanted, folder) == ()


@pytest.mark.parametrize("content", [b"short", bytes(len(BODY))])
def test_other_files_than_the_pinned_are_refused(content: bytes, tmp_path: Path) -> None:
    made = archive(tmp_path, "inside/a/one", "inside/two", content=content)
    with pytest.raises(ModelError, match="could not be fetched; wanting are a/one, two"):
        fetch(model(published(made)), tmp_path / "models", told)
    assert not list((tmp_path / "models").rglob("*.part"))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.zip").write_text("<html>not found</html>")
    with pytest.raises(ModelError, match="zip"):
        fetch(model(published(tmp_path / "page.zip")), tmp_path / "models", told)


def test_uv_says_where_an_archive_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "some-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as wheel:
        wheel.writestr(
            "some-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: some\nVersion: 1.0\n"
        )
        wheel.writestr("some-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("some-1.0.dist-info/RECORD", "")
    index = tmp_path / "simple" / "some"
    index.mkdir(parents=True)
    (index / "index.html").write_text(f'<a href="{made.as_uri()}">{made.name}</a>')
    monkeypatch.setenv("UV_DEFAULT_INDEX", (tmp_path / "simple").as_uri())
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    packaged = Packaged("some", "1.0", made.name, 1, "", "", ())
    assert address_of(packaged) == made.as_uri()
    with pytest.raises(DownloadError, match=r"no other\.whl"):
        address_of(replace(packaged, archive="other.whl"))
    with pytest.raises(DownloadError, match="some==9"):
        address_of(replace(packaged, version="9"))


# The manifest, and where models lie.


def test_every_known_model_is_pinned_and_had_from_somewhere() -> None:
    models = known_models()
    assert {model.language for model in models.values()} >= {"en", "zh", "ko"}
    for name, known in models.items():
        assert re.fullmatch(r"[a-z]+-[a-z]{2}", name)
        assert known.licence
        assert known.origin
        for file in known.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert any(
                file.name in source.files
                for source in known.sources
                if isinstance(source, Packaged)
            ), f"no package has {file.name} of {name}"
        for source in known.sources:
            if isinstance(source, Packaged):
                assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)


def test_registries_are_not_named_by_address() -> None:
    text = Path(manifest.__file__).with_name("manifest.json").read_text()
    hosts = set(re.findall(r"https://([^/\"]+)", text))
    assert hosts == {"alphacephei.com", "download.moonshine.ai"}
    assert json.loads(text)["manifest"] == 1


def test_models_lie_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALCYON_MODELS", "/somewhere")
    assert models_folder() == Path("/somewhere")
    monkeypatch.delenv("HALCYON_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert models_folder() == Path("/cache/halcyon/models")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert models_folder() == Path("/home/somebody/.cache/halcyon/models")


def test_a_missing_model_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="halcyon models fetch vosk-en") as raised:
        Engines(tmp_path)
    assert raised.value.name == "vosk-en"


def test_a_language_without_models_is_refused(tmp_path: Path) -> None:
    assert models_for("tlh") == ()
    with pytest.raises(ModelError, match="'tlh'"):
        Engines(tmp_path, "tlh")


def test_without_the_second_pass_it_still_hears(models: Path, tmp_path: Path) -> None:
    (tmp_path / "vosk-en").symlink_to(models / "vosk-en")
    engines = Engines(tmp_path)
    assert engines.missing == ("moonshine-en",)
