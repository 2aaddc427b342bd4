"""Errors, calendar, compiled rules, numbers, random streams: what every layer stands on."""

import os

# level 2 compiles a third faster than 3 and runs as fast here; it must be set before numba is first imported
os.environ.setdefault("NUMBA_OPT", "2")
