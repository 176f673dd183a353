"""The models of recognisers: what they are, where they come from, where they lie."""
