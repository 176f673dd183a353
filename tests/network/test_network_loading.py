"""What is read is what was written, and what cannot be used is refused with the reason."""

from collections.abc import Callable
import importlib
import io
import json
from pathlib import Path
import sys

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.sense.network import (
    Network,
    NetworkError,
    Structure,
    load,
    shipped,
    structure_from_json,
)
from halcyon.sense.network.rounding import pack, unpack

type Weights = dict[str, NDArray[np.generic]]


def archive(weights: Weights) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **weights)
    return file.getvalue()


def text(structure: Structure) -> str:
    return json.dumps(structure.to_json())


def test_a_structure_survives_json(structure: Structure) -> None:
    assert structure_from_json(text(structure)) == structure


def test_a_network_is_read_from_bytes_or_a_file(
    network: Network, structure: Structure, tmp_path: Path, sequence: NDArray[np.float32]
) -> None:
    data = archive(dict(network.weights))
    path = tmp_path / "weights.npz"
    path.write_bytes(data)
    with path.open("rb") as file:
        networks = [load(text(structure), data), load(text(structure).encode(), file)]
    for read in networks:
        assert read.sha256 == network.sha256
        np.testing.assert_array_equal(read.run(sequence)[0], network.run(sequence)[0])


def test_parameters_are_counted(network: Network, structure: Structure) -> None:
    assert structure.parameters == sum(array.size for array in network.weights.values())
    assert Structure(2, structure_from_json(DENSE).layers).parameters == 2 * 3 + 3


def test_weights_stay_what_was_hashed(structure: Structure, network: Network) -> None:
    given = {name: array.copy() for name, array in network.weights.items()}
    made = Network(structure, given)
    given["0.bias"][0] += 1
    np.testing.assert_array_equal(made.weights["0.bias"], network.weights["0.bias"])
    with pytest.raises(ValueError, match="read-only"):
        made.weights["0.bias"][0] += 1


def test_the_hash_covers_structure_and_weights(network: Network, structure: Structure) -> None:
    changed = {name: array.copy() for name, array in network.weights.items()}
    changed["0.bias"][0] += 1
    body = text(structure)
    other = structure_from_json(body.replace("gelu", "tanh"))
    hashes = {
        network.sha256,
        Network(structure, changed).sha256,
        Network(other, network.weights).sha256,
    }
    assert len(hashes) == 3


DENSE = '{"halcyon_network": 1, "inputs": 2, "layers": [{"kind": "dense", "outputs": 3}]}'
MEAN = '{"halcyon_network": 1, "inputs": 2, "layers": [{"kind": "mean", "members": [%s]}]}'
MEMBER = '{"layers": [{"kind": "dense", "outputs": %d}]}'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ("{}", "version"),
        (DENSE.replace("1", "2", 1), "export the network"),
        (DENSE.replace('"inputs": 2', '"inputs": 0'), "inputs must be a number from 1"),
        (DENSE.replace('"inputs": 2', '"inputs": 2.5'), "whole number"),
        (DENSE.replace("dense", "lstm"), r"layers\[0\]: unknown kind 'lstm'; known are dense"),
        (DENSE.replace("outputs", "units"), r"layers\[0\]: outputs must be a number"),
        (DENSE.replace('"outputs": 3', '"outputs": 3, "bias": false'), "unknown key 'bias'"),
        ('{"halcyon_network": 1, "inputs": 2, "layers": []}', "at least one layer"),
        (
            DENSE.replace("[", '[{"kind": "residual", "layers": [').replace("]", "]}]"),
            "layer 0: a residual takes 2 features and its layers give 3",
        ),
        (MEAN % "", "layer 0: the members of a mean give"),
        (MEAN % f"{MEMBER % 2}, {MEMBER % 3}", r"layer 0: .* give \[2, 3\] features"),
        (MEAN % '{"layers": [], "weight": 2}', r"members\[0\].* unknown key 'weight'"),
    ],
)
def test_a_structure_that_cannot_be_is_refused(body: str, reason: str) -> None:
    with pytest.raises(NetworkError, match=reason):
        structure_from_json(body)


def lacking(weights: Weights) -> None:
    del weights["0.bias"]


def unknown(weights: Weights) -> None:
    weights["1.bias"] = np.zeros(3, np.float32)


def misshapen(weights: Weights) -> None:
    weights["0.weight"] = np.zeros((3, 2), np.float32)


def double(weights: Weights) -> None:
    weights["0.weight"] = np.zeros((2, 3), np.float64)


def astray(weights: Weights) -> None:
    weights["0.weight"] = np.full((2, 3), np.nan, np.float32)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lacking, "lack '0.bias'"),
        (unknown, "hold '1.bias', which no layer has"),
        (misshapen, r"float32 \(3, 2\), but its layer has float32 \(2, 3\)"),
        (double, "is float64"),
        (astray, "not finite"),
    ],
)
def test_weights_that_do_not_fit_are_refused(spoil: Callable[[Weights], None], reason: str) -> None:
    weights: Weights = {
        "0.weight": np.zeros((2, 3), np.float32),
        "0.bias": np.zeros(3, np.float32),
    }
    load(DENSE, archive(weights))
    spoil(weights)
    with pytest.raises(NetworkError, match=reason):
        load(DENSE, archive(weights))


def test_files_that_are_no_weights_are_refused() -> None:
    good = archive({"0.weight": np.zeros((2, 3), np.float32), "0.bias": np.zeros(3, np.float32)})
    pickled = io.BytesIO()
    np.savez(pickled, allow_pickle=True, **{"0.weight": np.array([{}], object)})
    single = io.BytesIO()
    np.save(single, np.zeros(3, np.float32))
    for bad in (b"", b"no archive", good[:-30], good[:40], pickled.getvalue(), single.getvalue()):
        with pytest.raises(NetworkError, match="export them again"):
            load(DENSE, bad)


def test_weights_of_int8_are_made_float(network: Network, structure: Structure) -> None:
    packed = pack(network.weights)
    assert packed["0.weight"].dtype == np.int8
    read = load(text(structure), archive(packed))
    for name, weight in network.weights.items():
        half_a_code = np.abs(weight).max() / 127 / 2 if weight.ndim > 1 else 0.0
        np.testing.assert_allclose(read.weights[name], weight, atol=half_a_code * 1.001)
    again = load(text(structure), archive(pack(read.weights)))
    for name, weight in read.weights.items():
        np.testing.assert_allclose(again.weights[name], weight, rtol=1e-6)


def test_a_weight_of_0_stays_0() -> None:
    weight = np.array([[0.0, 0.0, 3.0], [0.0, 0.0, -0.5], [0.0, 1e-30, 0.0]], np.float32)
    read = unpack(pack({"0.weight": weight}))["0.weight"]
    np.testing.assert_array_equal(read == 0, weight == 0)


@pytest.mark.parametrize("scale", [None, np.ones(2, np.float32), np.ones(3, np.float64)])
def test_weights_of_int8_need_their_scale(scale: NDArray[np.generic] | None) -> None:
    weights: Weights = {
        "0.weight": np.ones((2, 3), np.int8),
        "0.weight:scale": np.ones(3, np.float32),
        "0.bias": np.zeros(3, np.float32),
    }
    assert load(DENSE, archive(weights)).weights["0.weight"].dtype == np.float32
    del weights["0.weight:scale"]
    if scale is not None:
        weights["0.weight:scale"] = scale
    with pytest.raises(NetworkError, match="int8 without a scale that fits"):
        load(DENSE, archive(weights))


def test_shipped_networks_lie_beside_a_module(
    network: Network, structure: Structure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package_with_a_network"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "some.json").write_text(text(structure), encoding="utf-8")
    (package / "some.npz").write_bytes(archive(dict(network.weights)))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    assert shipped("package_with_a_network", "some").sha256 == network.sha256
    with pytest.raises(NetworkError, match="install Halcyon again"):
        shipped("package_with_a_network", "other")
    del sys.modules["package_with_a_network"]
