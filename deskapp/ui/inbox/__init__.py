"""The list of tickets, its search, its bulk bar and what is done from it."""
