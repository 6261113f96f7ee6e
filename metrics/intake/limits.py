"""How much of a file is read, and how much reading it may cost. Reaching a limit refuses the file, in words."""

from __future__ import annotations

LARGEST_FILE = 10 * 1024 * 1024  # bytes, as uploaded
LARGEST_UNPACKED = 160 * 1024 * 1024  # bytes of all parts of a workbook; a million rows that are only formatted fit in
MOST_PARTS = 2000  # parts of a workbook
MOST_SHEETS = 200
MOST_ROWS = 20_000  # rows with content, over all sheets
MOST_CELLS = 150_000  # cells with content, over all sheets
MOST_COLUMNS = 1000  # a cell with content further to the right is a stray one
MOST_JOINED = 100_000  # cells joined to others, among those with content
MOST_COMMENTS = 2000  # over all sheets
MOST_TABLES = 200  # on one sheet
MOST_QUESTIONS = 50  # about one file
MOST_SUBMISSIONS = 300  # submissions in one file
# What counts is content and the processor's time (decision 92).
CPU_SECONDS = 9  # of the processor; what the clock says depends on what else the machine does
WALL_SECONDS = 180  # only for a process that hangs: it uses no processor, and would never end
MEMORY = 300 * 1024 * 1024  # bytes of address space of the child process
