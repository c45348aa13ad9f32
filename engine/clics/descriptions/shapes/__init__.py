"""Shapes of coordination polyhedra by continuous shape measures.

``naming.shape_of`` names the shape of one polyhedron, ``measures.shape_measures`` gives its measure against every
reference shape, and ``reference`` has the symbols and names of the shapes; it does not import numpy.
"""
