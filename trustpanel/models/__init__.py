"""Inference: a frozen specification and a tidy frame in, an estimate out. No database."""
