"""Networks in training: the engine's layer lists in JAX, and what is exported from them.

    structure = Structure(72, (Dense(40), Activation(Function.RELU), Gru(64), Dense(5)))
    plan = Plan(steps=4000, every=200, patience=5, seed=1)
    fitted = fit(initial(structure, 1), loss, draw, validate, plan, optax.adamw(1e-3))
    write_network(network_of(structure, fitted.params), folder, "motion")

`model` computes layers, `fit` trains, `thrift` rounds and prunes meanwhile, `export` writes what
the engine reads; `onnx_export` makes a graph for other runtimes and `parity` compares them. Only
the first three need JAX.
"""
