"""A refused file handed back as a workbook: its bad cells marked, each with a comment, and a list of all problems."""
