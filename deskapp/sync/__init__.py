"""How desks agree: what goes over the wire, the server of a host, and the replica of a colleague's window."""
