"""The user's own models: a training as a job in a folder of its own, the list of models, what a training changed."""
