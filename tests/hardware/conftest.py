"""The real ESPHome and the node's C++, for the tests of what runs on nodes."""

from collections.abc import Iterator
import ctypes
import os
from pathlib import Path
import shutil
import subprocess

import pytest
from tests.hardware.esphome_cli import EXAMPLES, HARDWARE, PROGRAM, Esphome
from tests.hardware.native_node import NativeNode, load_library

SECRETS = """\
wifi_ssid: somewhere
wifi_password: correct horse
mqtt_broker: 192.0.2.1
mqtt_password: battery staple
ota_password: over the air
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.real)


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """The harness of the integration's tests forbids sockets; here one is the broker."""


def require(present: bool, what: str, remedy: str) -> None:
    """Skip where a tool is missing, but fail where the tests must all run."""
    if present:
        return
    message = f"{what} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def esphome(tmp_path_factory: pytest.TempPathFactory) -> Esphome:
    require(PROGRAM.exists(), "the real ESPHome", "run `scripts/setup esphome`")
    require(shutil.which("git") is not None, "git", "install it")
    source = tmp_path_factory.mktemp("repository")
    shutil.copytree(HARDWARE, source / "hardware" / "esphome")
    author = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "test"]):
        subprocess.run(["git", *author, *command], cwd=source, check=True)
    return Esphome(source)


@pytest.fixture
def example_folder(tmp_path: Path) -> Path:
    """A folder as a user has it: the examples and their secrets."""
    for example in EXAMPLES.glob("*.yaml"):
        shutil.copy(example, tmp_path)
    (tmp_path / "secrets.yaml").write_text(SECRETS, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def library() -> ctypes.CDLL:
    """The node's C++, compiled for this machine."""
    compiler = shutil.which("g++")
    require(compiler is not None, "g++", "install a C++ compiler")
    return load_library(str(compiler))


@pytest.fixture
def node(library: ctypes.CDLL) -> Iterator[NativeNode]:
    """A node without sensors."""
    node = NativeNode(library)
    yield node
    node.close()


@pytest.fixture
def radar(node: NativeNode) -> NativeNode:
    """A connected node with an LD2450 that has announced itself."""
    node.radar("ld2450", "TrackingWatcher")
    node.loop(0)
    node.sent.clear()
    return node
