"""The models there are, and the trainings that are under way or were stopped."""
