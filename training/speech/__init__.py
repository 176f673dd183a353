"""The figures by which speech is understood."""
