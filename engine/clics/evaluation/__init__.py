"""The paper's tables and the peers, measured."""
