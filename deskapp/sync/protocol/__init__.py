"""What desks say to each other, described in docs/protocol.md."""
