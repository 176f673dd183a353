"""Learning to stage sleep: from scored nights to the network that the engine carries."""
