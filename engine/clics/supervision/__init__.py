"""Processes under supervision: one pool for reading files, describing crystals and whatever else may hang or crash.

A child is a fresh interpreter, not a fork: it may be started from any thread and knows nothing of its parent's
``__main__``. Parent and child exchange JSON lines over pipes; nothing that comes from a child is unpickled. A child never
imports a module from the current folder, which may be a stranger's (:mod:`clics.supervision.command`).

Every item of work has one set of limits (:class:`~clics.supervision.limits.Limits`) and fails in one of four ways
(:class:`~clics.supervision.limits.Failure`); the process is replaced and the other items go on.
"""
