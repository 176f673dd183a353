"""How well the smart alarm chooses its moment, on nights of people it knows nothing of."""
