"""A Halcyon node made of a loudspeaker and microphones: it senses motion by an inaudible tone."""

__version__ = "0.1.0"
