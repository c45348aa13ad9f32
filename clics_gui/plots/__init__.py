"""Plots, drawn by pyqtgraph; the only package that imports it, and itself imported when a plot is first needed."""
