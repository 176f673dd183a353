"""The figures that the smart alarm goes by."""
