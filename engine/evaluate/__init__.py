"""How well the engine does: on recordings of people, and on simulated rooms called so."""
