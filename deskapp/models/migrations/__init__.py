"""Schema revisions, in order. Only the authority runs them."""
