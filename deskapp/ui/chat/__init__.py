"""Web chat at the agent's desk: who waits, what is being typed, who is on the site."""
