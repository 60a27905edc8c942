"""How a colleague's machine becomes a device of a desk: by a link, or by six digits."""
