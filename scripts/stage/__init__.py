"""Real processes for tests, benchmarks and the demo: a broker, a Home Assistant, a browser."""
