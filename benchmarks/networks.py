"""What one step of the shipped network costs, and its file, beside onnxruntime and other makings.

The makings are the network as it is; with int8 weights that are made float when it is opened;
with int8 weights and activations, as onnxruntime's own tools quantize it; and with the smaller
half of its weights 0. Weights are rounded and zeroed here without training, which changes what
comes out but not what it costs. All take turns in one process, and the fastest of many rounds
counts, because whatever else the machine does only adds.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
import tempfile
import time
from typing import override

import numpy as np
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from training.network.export import as_int8, weights_file
from training.network.onnx_export import Step, opened, step_model

from benchmarks.report import Better, Result
from halcyon.sense.network import Network
from halcyon.sense.network.layers import Array
from halcyon.sense.ultrasound.classifier import NETWORK

ROUNDS = 60
STEPS = 200
"""Steps a round: some milliseconds, so that many rounds see no interruption."""

WARM = 50
SEED = 7

AS_FAST = 1.1
"""A ratio up to which two times are the same, given how much the fastest rounds vary."""

FLOAT, INT8 = "onnxruntime float32", "onnxruntime int8 weights"
ARITHMETIC = "onnxruntime int8 weights and activations"
NUMPY, SPARSE = "numpy", "numpy half sparse"


def measure() -> Iterable[Result]:
    """Steps by the engine and by onnxruntime, then files."""
    x = np.random.default_rng(SEED).normal(size=(STEPS, NETWORK.structure.inputs))
    frames = x.astype(np.float32)
    half = half_sparse(NETWORK)
    models = {FLOAT: step_model(NETWORK), INT8: step_model(as_int8(NETWORK), int8=True)}
    steps: dict[str, Step] = {
        NUMPY: NETWORK.step,
        SPARSE: half.step,
        FLOAT: opened(models[FLOAT]),
        INT8: opened(models[INT8]),
        ARITHMETIC: opened(quantized(NETWORK, frames), {}),
    }
    yield from judge_steps(fastest(steps, frames))
    yield from judge_sizes(
        {
            "float32": len(weights_file(NETWORK)),
            "int8": len(weights_file(NETWORK, int8=True)),
            "half sparse": len(weights_file(half)),
            "int8 and half sparse": len(weights_file(half, int8=True)),
        },
        {name: len(model.SerializeToString()) for name, model in models.items()},
    )


def judge_steps(times: Mapping[str, float]) -> Iterable[Result]:
    """What the times of one step, in microseconds, say of each making."""

    def beside(name: str, peer: str, target: float, better: Better, note: str) -> Result:
        return Result(
            name=f"network step, {name}",
            value=times[name],
            unit="us",
            target=target,
            better=better,
            peer=peer,
            peer_value=times[peer],
            bounds_ratio=True,
            note=note,
        )

    yield beside(
        NUMPY, FLOAT, 2.0, Better.LOWER,
        f"{NETWORK.structure.parameters} parameters; a frame may take 2000 us",
    )  # fmt: skip
    yield beside(
        INT8, FLOAT, AS_FAST, Better.LOWER, "not slower, because they are made float when opened"
    )
    yield beside(
        ARITHMETIC,
        INT8,
        1.0,
        Better.HIGHER,
        "not faster, so it is not exported",
    )
    yield beside(SPARSE, NUMPY, 0.9, Better.HIGHER, "not faster: smaller only")


def judge_sizes(files: Mapping[str, int], models: Mapping[str, int]) -> Iterable[Result]:
    """What the sizes in bytes of weights and of ONNX models say of each making."""

    def beside(name: str, value: int, peer: str, peer_value: int, target: float) -> Result:
        return Result(
            name=f"network file, {name}",
            value=value / 1000,
            unit="kB",
            target=target,
            better=Better.LOWER,
            peer=peer,
            peer_value=peer_value / 1000,
            bounds_ratio=True,
        )

    for name, target in (("int8", 0.35), ("half sparse", 0.65), ("int8 and half sparse", 0.25)):
        yield beside(f"weights {name}", files[name], "weights float32", files["float32"], target)
    yield beside(INT8, models[INT8], FLOAT, models[FLOAT], 0.35)


def fastest(steps: Mapping[str, Step], frames: Array, rounds: int = ROUNDS) -> dict[str, float]:
    """Microseconds a step of each, the rounds of all in turn."""
    times = dict.fromkeys(steps, float("inf"))
    for _ in range(rounds):
        for name, step in steps.items():
            times[name] = min(times[name], _timed(step, frames))
    return times


def _timed(step: Step, frames: Array) -> float:
    state = NETWORK.start()
    # The caches still hold whoever had the turn before.
    for frame in frames[:WARM]:
        step(frame, state)
    started = time.perf_counter()
    for frame in frames:
        _, state = step(frame, state)
    return (time.perf_counter() - started) / len(frames) * 1e6


def half_sparse(network: Network) -> Network:
    """The network with the smaller half of each matrix 0."""
    return Network(
        network.structure,
        {
            name: np.where(np.abs(weight) < np.median(np.abs(weight)), np.float32(0.0), weight)
            if weight.ndim > 1
            else weight
            for name, weight in network.weights.items()
        },
    )


class _Calibration(CalibrationDataReader):
    """Steps to learn the ranges of activations from."""

    def __init__(self, network: Network, frames: Array) -> None:
        self._given: list[dict[str, Array]] = []
        state = network.start()
        for frame in frames:
            self._given.append(
                {"x": frame, **{f"state_{at}": held for at, held in enumerate(state)}}
            )
            _, state = network.step(frame, state)

    @override
    def get_next(self) -> dict[str, Array]:
        # An empty one is the end.
        return self._given.pop() if self._given else {}


def quantized(network: Network, frames: Array) -> onnx.ModelProto:
    """The graph with integer products, made by onnxruntime's static quantization."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quantized.onnx"
        quantize_static(
            step_model(network),
            str(path),
            _Calibration(network, frames),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return onnx.load(path)
