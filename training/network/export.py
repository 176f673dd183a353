"""Networks as the two files that the engine reads; needs numpy, not JAX."""

import io
import json
from pathlib import Path

import numpy as np

from halcyon.sense.network import Network
from halcyon.sense.network.rounding import pack, unpack


def write_network(network: Network, folder: Path, name: str, *, int8: bool = False) -> Path:
    """Write `name`.json and `name`.npz, the weights as float32 or int8; the second one's path.

    Compressed, which is worth the more the more weights are 0. The same network gives the same
    bytes.
    """
    structure = json.dumps(network.structure.to_json(), indent=1) + "\n"
    (folder / f"{name}.json").write_text(structure, encoding="utf-8")
    path = folder / f"{name}.npz"
    path.write_bytes(weights_file(network, int8=int8))
    return path


def as_int8(network: Network) -> Network:
    """The network that is read back from an export as int8."""
    return Network(network.structure, unpack(pack(network.weights)))


def weights_file(network: Network, *, int8: bool = False) -> bytes:
    """The bytes of the `.npz` file."""
    file = io.BytesIO()
    arrays = pack(network.weights) if int8 else dict(network.weights)
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()
