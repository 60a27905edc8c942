"""How much a host takes of one machine, of one address, and of all: (burst, per second)."""

from typing import Final

EXCHANGES: Final = (100.0, 20.0)
"""Of one device: pulls after pokes, a queue of 5,000 commands."""
QUERIES: Final = (40.0, 10.0)
BLOBS: Final = (200.0, 50.0)
COPIES: Final = (40.0, 4.0)
PAIRING: Final = (10.0, 10 / 60)
"""Of one address; each pairing by code takes three requests."""
FACTORS: Final = (5.0, 1 / 60)
"""Of one agent: codes that are tried in setting a second factor up, or taking it off."""
STRANGERS: Final = (60.0, 2.0)
"""Of one address, without a token or with one that is no good."""
FRAMES: Final = (40.0, 10.0)
"""Of one live line: what an agent looks at, and typing."""
OWN_FRAMES: Final = (1e9, 1e9)
"""The host's own window is nobody's attack."""
LINES: Final = 1_500
"""Live lines at once."""
LINES_A_DEVICE: Final = 4
FRAME_BYTES: Final = 8 * 1024
WAITING: Final = 600
"""Requests that may wait for a thread; more are told to come back."""
BUSY_MS: Final = 2_000
TLS_BUFFER: Final = 32 * 1024
"""What is read of a line at a time: two records. asyncio's own 256 KiB for each are 150 MB for 300 machines."""
