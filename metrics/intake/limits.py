"""How much of a file is read, and how much reading it may cost. Reaching a limit refuses the file, in words."""

from __future__ import annotations

LARGEST_FILE = 10 * 1024 * 1024  # bytes, as uploaded
LARGEST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts of a workbook
MOST_PARTS = 2000  # parts of a workbook
MOST_SHEETS = 200
MOST_ROWS = 20_000  # rows with content, over all sheets
MOST_CELLS = 150_000  # cells with content, over all sheets
MOST_COLUMNS = 1000  # of one row
MOST_TABLES = 200  # on one sheet
MOST_RETURNS = 300  # returns in one file; history goes through the bulk load
WALL_SECONDS = 10
CPU_SECONDS = 9
MEMORY = 300 * 1024 * 1024  # bytes of address space of the child process
