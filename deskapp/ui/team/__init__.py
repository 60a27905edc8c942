"""What a person sees of the team: the connection, what waits to be sent, colleagues, and their own rooms."""
