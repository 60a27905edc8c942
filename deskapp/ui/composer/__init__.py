"""Where answers and notes are written."""
