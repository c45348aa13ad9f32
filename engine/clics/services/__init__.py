"""The parts of a session: one service for libraries, trainings, models, data sets, evaluation, reports and queries.

Each is made by :class:`clics.session.Session` with the :class:`~clics.services.state.SessionState` that they share, and with
the other services it needs; each can be used without the session.
"""
