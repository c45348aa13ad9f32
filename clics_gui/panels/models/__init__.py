"""Models panel: models, and trainings that run or were stopped."""
