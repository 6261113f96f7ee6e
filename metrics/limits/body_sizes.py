"""How large the body of a request to a page may be, by who sends it. The API's own are in `api/bodies.py`.

A stranger sends a form, or asks for a page to be drawn; more than that is for who is signed in.
"""

from __future__ import annotations

LARGEST_FORM = 32 * 1024  # bytes of any form, whoever sends it, and of any other body of a stranger
MOST_FIELDS = 100  # of one form
LARGEST_DRAWING = 128 * 1024  # bytes of a callback of a stranger: an address, and a digest of every region
LARGEST_CALLBACK = 1_000_000  # bytes of one of who is signed in: a whole monthly form
LARGEST_DROPPED = 4 * 1024 * 1024  # bytes of a file that is dropped on a page
LONGEST_CONTENTS = LARGEST_DROPPED * 4 // 3 + 1000  # characters of its data address
LARGEST_WITH_FILE = LONGEST_CONTENTS + LARGEST_CALLBACK  # bytes of a callback that brings it, of who may report
