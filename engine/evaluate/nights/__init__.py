"""How well sleepers are found, followed and told of, on simulated nights of the test family."""
