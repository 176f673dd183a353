"""A real Home Assistant in a folder of its own, set up as a person would do it."""

from collections.abc import Sequence
import json
import os
from pathlib import Path
import re
import shutil
import zipfile

import aiohttp

from .client import Client
from .process import LOOPBACK, Process, StageError, free_port

ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = ROOT / "custom_components" / "halcyon"
PAGES = Path(__file__).with_name("pages")
PROGRAM = ROOT / ".venv-hass" / "bin" / "hass"

LOGIN = ("halcyon", "halcyon")
"""User and password of the administrator; this Home Assistant listens on the loopback only."""

_START_TIMEOUT = 120.0

_CONFIGURATION = """\
homeassistant:
  name: {name}
  unit_system: metric
  time_zone: {zone}
  country: DE
  currency: EUR
  latitude: 52.52
  longitude: 13.405
  elevation: 34
frontend:
config:
history:
logbook:
recorder:
  commit_interval: 1
sun:
logger:
  default: warning
  logs:
    custom_components.halcyon: {level}
{extra}"""

# The first step of onboarding in which Home Assistant would add a weather service, a radio and
# a speech service from the internet. A home on a test bench speaks to nobody outside.
_ONBOARDED = {"version": 4, "key": "onboarding", "data": {"done": ["core_config"]}}

# What the way it is started causes, and what a machine without internet causes.
_EXPECTED = re.compile(
    r"We found a custom integration|Skipping pip installation|"
    r"homeassistant\.components\.(marketplace|analytics|homeassistant_alerts)"
)
_RECORD = re.compile(r"\d{4}-\d\d-\d\d \S+ ([A-Z]+) ")
_WORTH_TELLING = frozenset({"WARNING", "ERROR", "CRITICAL"})


class Hass:
    """One `hass` that keeps its files in `folder` and its port across restarts.

    `level` is from which on the integration logs; everything else logs warnings.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        name: str = "Home",
        zone: str = "Europe/Berlin",
        extra: str = "",
        level: str = "info",
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.folder = folder
        self._name = name
        self._zone = zone
        self._extra = extra
        self._level = level
        if not PROGRAM.exists():
            raise StageError(f"{PROGRAM} is missing; run 'scripts/setup hass'")
        self._process = Process(
            # What is missing must show as an error, not be fetched while tests run.
            [str(PROGRAM), "--config", str(folder), "--skip-pip", "--log-no-color"],
            folder / "output.log",
            folder=folder,
            environment=_environment(),
        )

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.running

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def install(self, source: Path) -> None:
        """Put the integration into the configuration: a folder is linked, a zip unpacked."""
        target = self.folder / "custom_components" / "halcyon"
        if target.is_symlink():
            target.unlink()
        elif target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".zip":
            with zipfile.ZipFile(source) as archive:
                archive.extractall(target)
        else:
            target.symlink_to(source.resolve())

    async def start(self) -> None:
        """Write the configuration, start, go through onboarding once, wait until it runs."""
        self._write()
        self._process.start()
        if not self._token_file.exists():
            await self._process.ready(self._asks_for_a_user, _START_TIMEOUT)
            await self._onboard()
        await self._process.ready(self._runs, _START_TIMEOUT)

    def stop(self) -> None:
        """End it in an orderly way, which writes all its storage."""
        self._process.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()

    async def restart(self) -> None:
        """Stop and start again."""
        self.stop()
        await self.start()

    def client(self) -> Client:
        """A connection with the administrator's rights."""
        return Client(self.url, self.token)

    @property
    def token(self) -> str:
        """The administrator's access token."""
        return self._token_file.read_text()

    def problems(self) -> Sequence[str]:
        """Warnings and errors in the log, each with the lines that belong to it."""
        found: list[str] = []
        telling = True
        for line in self.log().splitlines():
            if record := _RECORD.match(line):
                telling = record[1] in _WORTH_TELLING and not _EXPECTED.search(line)
                if telling:
                    found.append(line)
            elif telling and found:
                found[-1] += f"\n{line}"
            elif telling:
                found.append(line)
        return found

    def log(self) -> str:
        """All that it wrote."""
        return self._process.log.read_text(errors="replace")

    async def set_up_mqtt(self, host: str, port: int) -> None:
        """Add the MQTT integration through its config flow."""
        async with self.client() as home:
            step = await home.start_flow("mqtt")
            result = await home.answer_flow(
                step,
                broker=host,
                port=port,
                protocol="5",
                other_settings={
                    "set_client_cert": False,
                    "set_ca_cert": "off",
                    "transport": "tcp",
                },
            )
            if result["type"] != "create_entry":
                raise StageError(f"MQTT could not be set up: {result}")

    @property
    def _token_file(self) -> Path:
        return self.folder / "stage.token"

    def _write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Served as /local/…, and only where the folder is there at the start.
        shutil.copytree(PAGES, self.folder / "www", dirs_exist_ok=True)
        (self.folder / "configuration.yaml").write_text(
            _CONFIGURATION.format(
                name=self._name,
                zone=self._zone,
                extra=self._extra,
                level=self._level,
            )
        )
        storage = self.folder / ".storage"
        storage.mkdir(exist_ok=True)
        if not (storage / "onboarding").exists():
            (storage / "onboarding").write_text(json.dumps(_ONBOARDED))
        # In YAML the address would count as a trial, which Home Assistant takes back with a
        # restart after five minutes unless a person confirms it.
        (storage / "http").write_text(json.dumps(self._address()))

    def _address(self) -> dict[str, object]:
        return {
            "version": 3,
            "minor_version": 1,
            "key": "http",
            "data": {
                "stable": {
                    "server_host": [LOOPBACK],
                    "server_port": self.port,
                    "cors_allowed_origins": [],
                    "login_attempts_threshold": -1,
                    "ip_ban_enabled": False,
                    "ssl_profile": "intermediate_v6",
                    "use_x_frame_options": True,
                    "created_at": "2026-01-01T00:00:00+00:00",
                    "error": None,
                    "error_message": None,
                },
                "pending": None,
                "yaml_migration_done": True,
            },
        }

    async def _onboard(self) -> None:
        """Create the user, answer the questions of the first start, keep a lasting token."""
        here = f"{self.url}/"
        async with aiohttp.ClientSession() as http:

            async def post(path: str, **options: object) -> dict[str, str]:
                async with http.post(f"{self.url}{path}", **options) as response:  # type: ignore[arg-type]
                    response.raise_for_status()
                    body: dict[str, str] = await response.json()
                    return body

            user = await post(
                "/api/onboarding/users",
                json={
                    "client_id": here,
                    "name": "Halcyon",
                    "username": LOGIN[0],
                    "password": LOGIN[1],
                    "language": "en",
                },
            )
            tokens = await post(
                "/auth/token",
                data={
                    "client_id": here,
                    "grant_type": "authorization_code",
                    "code": user["auth_code"],
                },
            )
            rights = {"Authorization": f"Bearer {tokens['access_token']}"}
            await post("/api/onboarding/analytics", json={}, headers=rights)
            await post(
                "/api/onboarding/integration",
                json={"client_id": here, "redirect_uri": here},
                headers=rights,
            )
        async with Client(self.url, tokens["access_token"]) as home:
            token = await home.ask(
                "auth/long_lived_access_token", client_name="stage", lifespan=3650
            )
        self._token_file.touch(mode=0o600)
        self._token_file.write_text(token)

    async def _asks_for_a_user(self) -> bool:
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"{self.url}/api/onboarding") as response,
            ):
                return response.ok
        except aiohttp.ClientError:
            return False

    async def _runs(self) -> bool:
        try:
            async with self.client() as home:
                config = await home.ask("get_config")
        except aiohttp.ClientError:
            return False
        return bool(config["state"] == "RUNNING")


def _environment() -> dict[str, str]:
    """The surroundings without what no home has.

    The paths would put this checkout's engine in reach, and without compiled modules every start
    would compile Home Assistant and the integration again.
    """
    return {name: value for name, value in os.environ.items() if name not in _NOT_AT_HOME}


_NOT_AT_HOME = frozenset({"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"})
