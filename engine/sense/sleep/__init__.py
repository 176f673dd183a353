"""From what is sensed of a person in bed to how they sleep."""
