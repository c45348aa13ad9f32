"""Robocrystallographer's rules (Ganose & Jain, MRS Commun. 9, 874 (2019), doi:10.1557/mrc.2019.94), made fast.

The same analysis on arrays, once per symmetry orbit instead of once per atom, in the same words. Its tables stand in
:mod:`clics.data`; the package itself is not imported. docs/explanation/descriptions.md lists the differences.
"""
