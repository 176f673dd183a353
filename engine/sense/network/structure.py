"""What a network is made of: a list of layers, read from JSON and checked.

    {"halcyon_network": 1, "inputs": 40, "layers": [
        {"kind": "conv", "outputs": 48, "taps": 3, "dilation": 2}, {"kind": "relu"},
        {"kind": "residual", "layers": [{"kind": "norm"}, {"kind": "dense", "outputs": 48}]},
        {"kind": "gru", "units": 32}, {"kind": "dense", "outputs": 5}, {"kind": "sigmoid"}]}

A mean has `members`, each with `layers` of its own.

Every layer takes a vector of features a time step and gives one; none sees the future. Weights
are float32 arrays by name: the place of the layer and the role of the array, `0.weight`, or
`2.1.bias` inside of a residual, `2.0.1.bias` in the first member of a mean. The same description
is run by numpy here, trained by JAX and turned into ONNX elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import json
import math

from ...core.document import Reader
from ...core.snapshot import Json

FORMAT = 1
"""The version of the format, the value of `halcyon_network`."""

_MOST = 4096
"""More features, taps or steps of dilation than any network that numpy runs in time has."""

type Shape = tuple[int, ...]


class NetworkError(ValueError):
    """A network cannot be read or run; the message says why and what to do."""


class Function(StrEnum):
    """What is applied to each feature by itself, but for softmax, which sees all of a step."""

    RELU = "relu"
    GELU = "gelu"
    """By the approximation with tanh of Hendrycks and Gimpel (arXiv 1606.08415)."""
    TANH = "tanh"
    SIGMOID = "sigmoid"
    SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True)
class Dense:
    """y = x W + b, with weight (inputs, outputs) and bias (outputs)."""

    outputs: int


@dataclass(frozen=True, slots=True)
class Conv:
    """A causal convolution over time: y[t] = b + sum over i of x[t - (taps - 1 - i) dilation] W[i].

    Weight (taps, inputs, outputs), bias (outputs). What was before the first step is 0.
    """

    outputs: int
    taps: int
    dilation: int = 1


@dataclass(frozen=True, slots=True)
class Depthwise:
    """A causal convolution of each feature by itself: weight (taps, features), bias (features)."""

    taps: int
    dilation: int = 1


@dataclass(frozen=True, slots=True)
class Gru:
    """A gated recurrent unit (Cho et al. 2014) whose reset gate acts after the product.

    z, r = sigmoid of the first two thirds of x W + b + h U; n = tanh(last third of x W + b, plus
    r (last third of h U, plus c)); h' = (1 - z) n + z h. Weight (inputs, 3 units), recurrent
    (units, 3 units), bias (3 units), inner (units) for c. It is ONNX's GRU with
    linear_before_reset.
    """

    units: int


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation over the features of a step, with scale and offset (features)."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A function without weights."""

    function: Function


@dataclass(frozen=True, slots=True)
class Residual:
    """x + layers(x)."""

    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of what members, chains of layers apart from each other, make of the same x."""

    members: tuple[tuple[Layer, ...], ...]


type Layer = Dense | Conv | Depthwise | Gru | Norm | Activation | Residual | Mean


@dataclass(frozen=True, slots=True)
class Structure:
    """Layers in order, and how many features the first one takes; raises NetworkError."""

    inputs: int
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise NetworkError("a network needs at least one layer")
        _ = self.outputs

    @property
    def outputs(self) -> int:
        """How many features the last layer gives."""
        return width(self.layers, self.inputs)

    @property
    def weights(self) -> dict[str, Shape]:
        """The shape of every weight by its name, in the order of the layers."""
        return {
            f"{place}.{role}": shape
            for place, layer, inputs in walk(self.layers, self.inputs)
            for role, shape in weight_shapes(layer, inputs).items()
        }

    @property
    def states(self) -> tuple[Shape, ...]:
        """The shape of what each layer that remembers keeps between steps, in order."""
        found = (state_shape(layer, inputs) for _, layer, inputs in walk(self.layers, self.inputs))
        return tuple(shape for shape in found if shape is not None)

    @property
    def parameters(self) -> int:
        """How many numbers the weights are."""
        return sum(math.prod(shape) for shape in self.weights.values())

    def to_json(self) -> dict[str, Json]:
        """The description that structure_from_json reads."""
        layers: list[Json] = [_layer_to_json(layer) for layer in self.layers]
        return {"halcyon_network": FORMAT, "inputs": self.inputs, "layers": layers}


def walk(
    layers: tuple[Layer, ...], inputs: int, prefix: str = ""
) -> Iterator[tuple[str, Layer, int]]:
    """Every layer, those inside of it before the next: its place, itself, its inputs."""
    for index, layer in enumerate(layers):
        place = f"{prefix}{index}"
        yield place, layer, inputs
        if isinstance(layer, Residual):
            yield from walk(layer.layers, inputs, f"{place}.")
        elif isinstance(layer, Mean):
            for at, member in enumerate(layer.members):
                yield from walk(member, inputs, f"{place}.{at}.")
        inputs = _outputs(layer, inputs, place)


def width(layers: tuple[Layer, ...], inputs: int, prefix: str = "") -> int:
    """How many features come out of a chain of layers that takes so many."""
    for index, layer in enumerate(layers):
        inputs = _outputs(layer, inputs, f"{prefix}{index}")
    return inputs


def weight_shapes(layer: Layer, inputs: int) -> Mapping[str, Shape]:
    """The shapes of a layer's own weights by their roles."""
    match layer:
        case Dense(outputs):
            return {"weight": (inputs, outputs), "bias": (outputs,)}
        case Conv(outputs, taps):
            return {"weight": (taps, inputs, outputs), "bias": (outputs,)}
        case Depthwise(taps):
            return {"weight": (taps, inputs), "bias": (inputs,)}
        case Gru(units):
            return {
                "weight": (inputs, 3 * units),
                "recurrent": (units, 3 * units),
                "bias": (3 * units,),
                "inner": (units,),
            }
        case Norm():
            return {"scale": (inputs,), "offset": (inputs,)}
        case Activation() | Residual() | Mean():
            return {}


def state_shape(layer: Layer, inputs: int) -> Shape | None:
    """The shape of what a layer keeps between steps, None where it keeps nothing."""
    match layer:
        case Conv(taps=taps, dilation=dilation) | Depthwise(taps, dilation):
            return ((taps - 1) * dilation, inputs)
        case Gru(units):
            return (units,)
        case _:
            return None


def structure_from_json(text: str | bytes) -> Structure:
    """The structure that a JSON text describes; raises NetworkError, naming the place."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"the structure of a network is not JSON: {error}") from error
    reader = Reader(body, "network", NetworkError)
    version = reader.raw("halcyon_network")
    if version != FORMAT:
        raise NetworkError(
            f"network: halcyon_network is {version!r}, but this engine reads version {FORMAT}; "
            "export the network with the training tools of the same release"
        )
    inputs = _count(reader, "inputs")
    layers = _layers_from_json(reader)
    reader.done()
    return Structure(inputs, layers)


def _outputs(layer: Layer, inputs: int, place: str) -> int:
    match layer:
        case Dense(outputs) | Conv(outputs):
            return outputs
        case Gru(units):
            return units
        case Residual(layers):
            inner = width(layers, inputs, f"{place}.")
            if inner != inputs:
                raise NetworkError(
                    f"layer {place}: a residual takes {inputs} features and its layers give "
                    f"{inner}; end them with as many as they begin with"
                )
            return inputs
        case Mean(members):
            widths = {width(layers, inputs, f"{place}.{at}.") for at, layers in enumerate(members)}
            if len(widths) != 1:
                raise NetworkError(
                    f"layer {place}: the members of a mean give {sorted(widths)} features; there "
                    "must be at least one, and all must give as many"
                )
            return widths.pop()
        case _:
            return inputs


def _layers_from_json(reader: Reader) -> tuple[Layer, ...]:
    return tuple(map(_layer_from_json, reader.objects("layers")))


def _member_from_json(reader: Reader) -> tuple[Layer, ...]:
    layers = _layers_from_json(reader)
    reader.done()
    return layers


def _layer_from_json(reader: Reader) -> Layer:
    layer: Layer
    match kind := reader.text("kind"):
        case "dense":
            layer = Dense(_count(reader, "outputs"))
        case "conv":
            layer = Conv(
                _count(reader, "outputs"), _count(reader, "taps"), _count(reader, "dilation", 1)
            )
        case "depthwise":
            layer = Depthwise(_count(reader, "taps"), _count(reader, "dilation", 1))
        case "gru":
            layer = Gru(_count(reader, "units"))
        case "norm":
            layer = Norm()
        case "residual":
            layer = Residual(_layers_from_json(reader))
        case "mean":
            layer = Mean(tuple(map(_member_from_json, reader.objects("members"))))
        case _ if kind in Function:
            layer = Activation(Function(kind))
        case _:
            known = ", ".join(["dense, conv, depthwise, gru, norm, residual, mean", *Function])
            raise NetworkError(f"{reader.place}: unknown kind {kind!r}; known are {known}")
    reader.done()
    return layer


def _layer_to_json(layer: Layer) -> Json:
    match layer:
        case Dense(outputs):
            return {"kind": "dense", "outputs": outputs}
        case Conv(outputs, taps, dilation):
            return {"kind": "conv", "outputs": outputs, "taps": taps, "dilation": dilation}
        case Depthwise(taps, dilation):
            return {"kind": "depthwise", "taps": taps, "dilation": dilation}
        case Gru(units):
            return {"kind": "gru", "units": units}
        case Norm():
            return {"kind": "norm"}
        case Activation(function):
            return {"kind": function.value}
        case Residual(layers):
            return {"kind": "residual", "layers": list(map(_layer_to_json, layers))}
        case Mean(members):
            described: list[Json] = [
                {"layers": list(map(_layer_to_json, layers))} for layers in members
            ]
            return {"kind": "mean", "members": described}


def _count(reader: Reader, key: str, default: int | None = None) -> int:
    value = reader.number(key, default, low=1, high=_MOST)
    if value != int(value):
        raise NetworkError(f"{reader.place}: {key} must be a whole number")
    return int(value)
