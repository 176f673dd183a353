"""Several networks as one: they run side by side in it, and what they say is averaged.

Networks that were trained apart err apart.
"""

from collections.abc import Sequence

from halcyon.sense.network import Network, Structure
from halcyon.sense.network.structure import Activation, Function, Mean

_SOFTMAX = Activation(Function.SOFTMAX)


def side_by_side(members: Sequence[Network]) -> Network:
    """One network that says the normalised geometric mean of what its members say.

    Raises ValueError where they do not take the same, or do not give probabilities.
    """
    inputs = {each.structure.inputs for each in members}
    if len(inputs) != 1 or any(each.structure.layers[-1] != _SOFTMAX for each in members):
        raise ValueError("only networks of the same numbers to probabilities can run side by side")
    mean = Mean(tuple(each.structure.layers[:-1] for each in members))
    weights = {
        f"0.{at}.{name}": array
        for at, each in enumerate(members)
        for name, array in each.weights.items()
    }
    return Network(Structure(inputs.pop(), (mean, _SOFTMAX)), weights)
