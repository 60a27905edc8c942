"""A power-cut rig over the real driver's own I/O.

`shim.c` is compiled at test time and preloaded into a real process that works on a real desk; it
records every write, truncation, rename and flush below one folder. `images` replays the record up to
any point and makes what a disk might hold when the power goes there: what was flushed, and any part
of what was not.
"""
