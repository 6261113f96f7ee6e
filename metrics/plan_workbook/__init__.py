"""A plan as a workbook and back, because bureaus write plans in tables: what a sheet is follows from the model."""
