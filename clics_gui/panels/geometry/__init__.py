"""What is said of the current crystal."""
