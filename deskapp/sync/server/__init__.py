"""The side of a desk that colleagues' machines talk to, described in docs/protocol.md."""
