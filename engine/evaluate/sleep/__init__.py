"""How well sleep is staged: on recordings that people scored, beside how well people agree."""
