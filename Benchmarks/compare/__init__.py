"""Runs clients against one server in interleaved rounds, and reports how they compare."""
