"""Processes under watch: limits of time and memory, priority."""
