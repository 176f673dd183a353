"""Small networks run by numpy: a layer list, its weights, and one step at a time.

    network = load(json_text, npz_bytes)        # or shipped(__package__, "motion")
    state = network.start()
    y, state = network.step(x, state)           # x (features,), y (outputs,)
    ys, state = network.run(xs, state)          # xs (time, features), the same numbers, faster
    kept = network.pack(state)                  # JSON; network.unpack(kept) takes it up again

`structure` says what a network is made of, `layers` computes it, `network` puts both together
and `shipped` finds the weights that come with the engine.
"""

from .layers import State
from .network import Network, load
from .shipped import shipped
from .structure import NetworkError, Structure, structure_from_json

__all__ = [
    "Network",
    "NetworkError",
    "State",
    "Structure",
    "load",
    "shipped",
    "structure_from_json",
]
