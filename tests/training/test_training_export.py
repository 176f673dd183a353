"""Exported files are read back as what was exported, and take less room where they should."""

from pathlib import Path

import numpy as np
import pytest
from training.network.export import as_int8, weights_file, write_network

from halcyon.sense.network import Network, Structure, load
from halcyon.sense.network.structure import Dense


@pytest.mark.parametrize("int8", [False, True])
def test_files_are_read_back(network: Network, tmp_path: Path, *, int8: bool) -> None:
    path = write_network(network, tmp_path, "some", int8=int8)
    read = load((tmp_path / "some.json").read_bytes(), path.read_bytes())
    assert read.sha256 == (as_int8(network) if int8 else network).sha256
    assert path.read_bytes() == weights_file(read, int8=int8)


def test_int8_and_zeroes_take_less_room() -> None:
    random = np.random.default_rng(1)
    weight = random.normal(size=(100, 100)).astype(np.float32)
    sparse = np.where(np.abs(weight) < np.median(np.abs(weight)), np.float32(0), weight)
    structure, bias = Structure(100, (Dense(100),)), np.zeros(100, np.float32)
    whole, half = (
        Network(structure, {"0.weight": each, "0.bias": bias}) for each in (weight, sparse)
    )
    assert len(weights_file(whole, int8=True)) < 0.3 * len(weights_file(whole))
    assert len(weights_file(half)) < 0.65 * len(weights_file(whole))
    assert len(weights_file(half, int8=True)) < 0.8 * len(weights_file(whole, int8=True))
