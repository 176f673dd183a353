"""One step of a network as an ONNX graph, for runtimes other than the engine's own.

    step = opened(step_model(network))
    y, state = step(x, network.start())

The graph takes `x` (inputs,) and `state_0` … as the engine's own step does, and gives `y`
(outputs,) and `next_0` …, all float32. Weights are float32 or int8, which are made float again
when the session opens: integer products are slower for networks of this size
(`benchmarks/networks.py`). Needs onnx, onnxruntime and numpy, not JAX.
"""

from collections.abc import Callable, Iterable, Mapping
import itertools
from typing import cast

import numpy as np
from numpy.typing import NDArray
import onnx
from onnx import TensorProto, helper, numpy_helper
import onnxruntime

from halcyon.sense.network import Network, State
from halcyon.sense.network.layers import NORM_EPSILON, Array
from halcyon.sense.network.rounding import to_int8
from halcyon.sense.network.structure import (
    Activation,
    Conv,
    Dense,
    Depthwise,
    Function,
    Gru,
    Layer,
    Mean,
    Norm,
    Residual,
    Shape,
)

type Step = Callable[[Array, State], tuple[Array, State]]
"""One time step, as Network.step."""

OPSET = 20
"""The first with Gelu and its approximation by tanh."""

_IR_VERSION = 10
"""The lowest that has int8 and this set of operators, so that older runtimes read it too."""

_END = 2**31 - 1
"""To slice up to whatever the end is."""

ONCE = {"session.disable_quant_qdq": "1"}
"""Lets onnxruntime make int8 weights float once, when it opens the graph, and not at each step."""


def step_model(network: Network, *, int8: bool = False) -> onnx.ModelProto:
    """The graph of one step, its matrices as float32 or as int8 with a scale a channel."""
    structure = network.structure
    graph = _Graph(network, int8=int8)
    y = graph.chain(structure.layers, graph.row("x"), "")
    graph.node("Reshape", y, graph.integers(-1), output="y")
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "step",
            _described({"x": (structure.inputs,), **_numbered("state", structure.states)}),
            _described({"y": (structure.outputs,), **_numbered("next", structure.states)}),
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
        producer_name="halcyon",
    )
    helper.set_model_props(model, {"sha256": network.sha256})
    onnx.checker.check_model(model, full_check=True)
    return model


def opened(model: onnx.ModelProto, settings: Mapping[str, str] = ONCE) -> Step:
    """A step as onnxruntime computes it, on one core, which suits a small network best."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    for name, value in settings.items():
        options.add_session_config_entry(name, value)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [given.name for given in session.get_inputs()]

    def step(x: Array, state: State) -> tuple[Array, State]:
        y, *after = session.run(None, dict(zip(names, (x, *state), strict=True)))
        return cast("Array", y), cast("State", tuple(after))

    return step


def _numbered(name: str, shapes: Iterable[Shape]) -> dict[str, Shape]:
    return {f"{name}_{at}": shape for at, shape in enumerate(shapes)}


def _described(shapes: dict[str, Shape]) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]


class _Graph:
    """Nodes and constants as they are added. Values between layers are rows (1, features)."""

    def __init__(self, network: Network, *, int8: bool) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._weights = network.weights
        self._int8 = int8
        self._values = map("value_{}".format, itertools.count())
        self._states = itertools.count()

    def node(
        self, kind: str, *inputs: str, output: str | None = None, **options: float | str
    ) -> str:
        """Add a node with one output and say its name."""
        output = output or next(self._values)
        node = helper.make_node(kind, inputs, [output])
        node.attribute.extend(helper.make_attribute(*option) for option in options.items())
        self.nodes.append(node)
        return output

    def integers(self, *values: int) -> str:
        """A constant list of integers, each kept once."""
        return self._constant("_".join(map(str, values)), np.array(values, np.int64))

    def row(self, vector: str) -> str:
        """A vector as a row."""
        return self.node("Reshape", vector, self.integers(1, -1))

    def chain(self, layers: tuple[Layer, ...], x: str, prefix: str) -> str:
        """Add layers one after another and say what comes out."""
        for at, layer in enumerate(layers):
            x = self._layer(layer, x, f"{prefix}{at}")
        return x

    def _layer(self, layer: Layer, x: str, place: str) -> str:
        match layer:
            case Dense():
                return self._product(x, place)
            case Conv(taps=taps, dilation=dilation):
                seen = self._seen(x, taps, dilation)
                return self._product(self.row(seen), place)
            case Depthwise(taps, dilation):
                seen = self._seen(x, taps, dilation)
                taken = self.node("Mul", seen, self._matrix(f"{place}.weight"))
                total = self.node("ReduceSum", taken, self.integers(0))
                return self.node("Add", total, self._vector(f"{place}.bias"))
            case Gru(units):
                return self._gru(x, place, units)
            case Norm():
                scale, offset = self._vector(f"{place}.scale"), self._vector(f"{place}.offset")
                return self.node("LayerNormalization", x, scale, offset, epsilon=NORM_EPSILON)
            case Activation(function):
                return self._function(function, x)
            case Residual(layers):
                return self.node("Add", x, self.chain(layers, x, f"{place}."))
            case Mean(members):
                said = [
                    self.chain(layers, x, f"{place}.{at}.") for at, layers in enumerate(members)
                ]
                return self.node("Mean", *said)

    def _product(self, x: str, place: str) -> str:
        return self.node("Gemm", x, self._matrix(f"{place}.weight"), self._vector(f"{place}.bias"))

    def _seen(self, x: str, taps: int, dilation: int) -> str:
        """The rows that the taps of a convolution see now; those it needs later are its state."""
        at = next(self._states)
        rows = self.node("Concat", f"state_{at}", x, axis=0)
        self.node("Slice", rows, self.integers(1), self.integers(_END), output=f"next_{at}")
        if taps == 1 or dilation == 1:
            return rows
        zero = self.integers(0)
        return self.node("Slice", rows, zero, self.integers(_END), zero, self.integers(dilation))

    def _gru(self, x: str, place: str, units: int) -> str:
        at = next(self._states)
        # ONNX has directions and time before the features, and a bias of its own for h U.
        sequence = self.integers(1, 1, -1)
        inner = np.concatenate((np.zeros(2 * units, np.float32), self._weights[f"{place}.inner"]))
        bias = np.concatenate((self._weights[f"{place}.bias"], inner))
        self.nodes.append(
            helper.make_node(
                "GRU",
                [
                    self.node("Reshape", x, sequence),
                    self._matrix(f"{place}.weight", turned=True),
                    self._matrix(f"{place}.recurrent", turned=True),
                    self._constant(f"{place}.bias", bias[None]),
                    "",
                    self.node("Reshape", f"state_{at}", sequence),
                ],
                ["", after := next(self._values)],
                hidden_size=units,
                linear_before_reset=1,
            )
        )
        self.node("Reshape", after, self.integers(-1), output=f"next_{at}")
        return self.row(after)

    def _function(self, function: Function, x: str) -> str:
        match function:
            case Function.RELU:
                return self.node("Relu", x)
            case Function.GELU:
                return self.node("Gelu", x, approximate="tanh")
            case Function.TANH:
                return self.node("Tanh", x)
            case Function.SIGMOID:
                return self.node("Sigmoid", x)
            case Function.SOFTMAX:
                return self.node("Softmax", x, axis=-1)

    def _vector(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _matrix(self, name: str, *, turned: bool = False) -> str:
        """A weight as (inputs, outputs), or `turned` as (1, outputs, inputs)."""

        def laid_out[Kind: np.generic](array: NDArray[Kind]) -> NDArray[Kind]:
            flat = array.reshape(-1, array.shape[-1])
            return flat.T[None] if turned else flat

        weight = self._weights[name]
        if not self._int8:
            return self._constant(name, laid_out(weight))
        codes, scale = to_int8(weight)
        return self.node(
            "DequantizeLinear",
            self._constant(f"{name}.codes", laid_out(codes)),
            self._constant(f"{name}.scale", scale),
            axis=1,
        )

    def _constant(self, name: str, array: NDArray[np.generic]) -> str:
        if all(known.name != name for known in self.constants):
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name
