"""Training jobs: each in a folder and a process of its own; the list of models; changes of search results by a training."""
