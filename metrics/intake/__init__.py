"""Files in and out: the template that a clerk fills in, and the workbooks and CSV files that come back."""
