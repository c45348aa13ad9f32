"""Compatibility: today's program answers as version 0.1 did, and opens what version 0.1 wrote."""
