"""The store: whole or not at all, and nothing is ever destroyed."""

import json
from pathlib import Path

import pytest

from halcyon.service.store import Saved, Store, encode


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "made" / "on demand", "home")
    assert store.load() is None
    store.write(encode(Saved(12.5, {"rooms": [1, None]})))
    store.write(encode(Saved(13.5, {"rooms": [2]})))
    assert store.load() == Saved(13.5, {"rooms": [2]})
    assert [path.name for path in store.path.parent.iterdir()] == ["home.json"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\x00", "damaged"),
        (b'{"halcyon_store":1,"t":1', "damaged"),
        (b"[]", "damaged"),
        (b'{"halcyon_store":1}', "damaged"),
        (b'{"halcyon_store":1,"t":"x","state":{}}', "does not say when"),
        (b'{"halcyon_store":2,"t":1,"state":{}}', "version 2"),
        (b"[" * 100_000, "damaged"),
    ],
)
def test_what_cannot_be_read_is_kept_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes, reason: str
) -> None:
    store = Store(tmp_path, "home")
    for number in (1, 2):
        store.path.write_bytes(content)
        assert store.load() is None
        assert (tmp_path / f"home.kept-{number}.json").read_bytes() == content
    assert reason in caplog.text
    assert "home.kept-1.json" in caplog.text
    store.write(encode(Saved(1.0, {})))
    assert json.loads(store.path.read_bytes())["halcyon_store"] == 1


def test_a_write_that_fails_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, "home")
    store.write(encode(Saved(1.0, {})))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.write(encode(Saved(2.0, {})))
    assert store.load() == Saved(1.0, {})
    assert [path.name for path in tmp_path.iterdir()] == ["home.json"]
