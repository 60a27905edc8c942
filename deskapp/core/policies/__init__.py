"""Decisions as pure functions: no clock, no randomness, no database, no network."""
