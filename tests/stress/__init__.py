"""Attacks on the whole program that take hours: ``make stress``, or ``python -m tests.stress --help``."""
