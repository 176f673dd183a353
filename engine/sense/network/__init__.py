"""Small networks run by numpy: a layer list, its weights, and one step at a time."""
