"""The window's frame: rail, views, slots for the panes, status line, toasts, actions."""
