"""Workbooks and CSV files drawn cell by cell, so that a test knows what a person sees in each."""
