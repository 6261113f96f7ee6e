"""The monthly form as a workbook to fill in, and what a filled one is known by."""
