"""Readers: raw files to tidy facts."""
