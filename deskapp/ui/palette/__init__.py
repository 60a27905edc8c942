"""Ctrl K: one box that finds actions and conversations."""
