"""Web chat: the desk's own server, and the sockets of the visitors' pages."""
