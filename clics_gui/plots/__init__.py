"""Plots by pyqtgraph, imported when a plot is first needed; no other package imports it."""
