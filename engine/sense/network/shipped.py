"""The networks that come with the engine: weights are a part of it, as its code is."""

from importlib import resources

from .network import Network, load
from .structure import NetworkError


def shipped(package: str, name: str) -> Network:
    """The network `name`.json and `name`.npz beside the modules of a package.

    Called once, while the module that uses it is imported, with its own `__package__`: hosts
    import where files may be read, and the engine has two names.

        NETWORK = shipped(__package__, "motion")

    Raises NetworkError where there is none or the files do not fit each other.
    """
    beside = resources.files(package)
    try:
        structure = (beside / f"{name}.json").read_bytes()
        weights = (beside / f"{name}.npz").read_bytes()
    except OSError as error:
        raise NetworkError(
            f"the network {name!r} of {package} is missing: {error}; install Halcyon again"
        ) from error
    return load(structure, weights)
