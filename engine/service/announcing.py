"""Telling the local network where Wyoming is served, so that Home Assistant finds it by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import logging
import socket

from zeroconf import NonUniqueNameException
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

_LOGGER = logging.getLogger(__name__)

_KIND = "_wyoming._tcp.local."

_ANYWHERE = "192.0.2.1"
"""An address for documentation (RFC 5737): nothing is sent, but the way to it is everybody's."""


@asynccontextmanager
async def announced(site: str, address: str, port: int) -> AsyncIterator[None]:
    """Announce Wyoming as `halcyon-<site>` for as long as the context lasts.

    The helper of the Wyoming library has no end: what it announced stays in the caches of others.
    A network that cannot be told is complained of and otherwise left alone.
    """
    try:
        service = AsyncServiceInfo(
            _KIND,
            f"halcyon-{site}.{_KIND}",
            addresses=[socket.inet_aton(address)],
            port=port,
            properties={"site": site},
        )
        network = AsyncZeroconf()
    except OSError as error:
        _complain(error)
        yield
        return
    try:
        try:
            await network.async_register_service(service, allow_name_change=True)
        except (OSError, NonUniqueNameException) as error:
            _complain(error)
        yield
        await network.async_unregister_all_services()
    finally:
        await network.async_close()


def own_address() -> str:
    """The address under which this machine is reached in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_ANYWHERE, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _complain(error: Exception) -> None:
    _LOGGER.warning(
        "Home Assistant cannot find our speech in the network by itself (%s); "
        "enter its address in the options of the integration",
        str(error) or type(error).__name__,
    )
