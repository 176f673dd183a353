"""The `halcyon` command itself."""

import json
from pathlib import Path
import shlex
import signal
import subprocess
import sys

import pytest
from tests.service.conftest import Configure, Connect, Start

from halcyon import __version__
from halcyon.cli import main
from stage.broker import Broker


def test_help_and_replay_need_no_mqtt_client() -> None:
    code = (
        "import sys; sys.modules['aiomqtt'] = sys.modules['paho'] = None\n"
        "from halcyon.cli import main\n"
        "assert main(['replay', '/nowhere']) == 2\n"
        "main(['--help'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("run", "record", "replay", "simulate", "evaluate", "doctor"):
        assert f"  {command}" in done.stdout


def test_help_loads_nothing_that_is_slow_to_load() -> None:
    code = (
        "import sys\nfrom halcyon.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "assert not {'numpy', 'asyncio', 'aiomqtt', 'paho'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"halcyon {__version__}\n"


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    capture = tmp_path / "evening.jsonl"
    assert main(["simulate", "evening", "--duration", "60", "--out", str(capture)]) == 0
    replay = shlex.join([sys.executable, "-m", "halcyon", "replay", "--json", str(capture)])
    command = f"{replay} | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_the_same_scenario_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.gz", "two.gz"):
        out = str(tmp_path / name)
        assert main(["simulate", "evening", "--duration", "20", "--out", out]) == 0
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_scenarios_are_listed_with_what_happens_in_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["simulate", "--list"]) == 0
    assert "evening" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["simulate", "--out", "x"], "simulate needs a SCENARIO"),
        (["simulate", "nosuch", "--out", "x"], "there is no scenario 'nosuch'"),
        (["run", "--config", "/nowhere.toml"], "/nowhere.toml cannot be read"),
    ],
)
def test_wrong_input_is_explained(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["simulate", "evening", "--out", "x", "--duration", "-1"], ["frobnicate"], []]
)
def test_wrong_use_shows_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: halcyon" in capsys.readouterr().err


@pytest.mark.real
@pytest.mark.enable_socket
async def test_a_scenario_plays_live(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    client = await connect(broker.port, "halcyon/1/cabin/living-1/+")
    config = configure(broker.port, top='site = "cabin"')
    address = f"127.0.0.1:{broker.port}"
    playing = halcyon("simulate", "evening", "--broker", address, "--config", config)
    await client.wait_for("halcyon/1/cabin/living-1/avail", b"online")
    await client.wait_for("halcyon/1/cabin/living-1/info")
    assert await playing.stop(signal.SIGINT) == 0
    await client.wait_for("halcyon/1/cabin/living-1/avail", b"offline")
    assert playing.said == ""


def test_presence_is_evaluated_beside_a_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "presence", "--scenario", "curtain", "--seeds", "1", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["rule"] for row in rows] == ["halcyon", "fixed hold"]
    assert rows[0]["ghost_share"] < rows[1]["ghost_share"]


def test_an_unknown_scenario_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "presence", "--scenario", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err
