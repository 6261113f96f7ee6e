"""What people write for units, elements, months, measures, headings and counts: texts of cells in, meanings out."""
