"""Networks in training: the engine's layer lists in JAX, and what is exported from them."""
