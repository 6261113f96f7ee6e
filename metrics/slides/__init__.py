"""A page as a slide: its finding, one chart, one table, the clause and what reproduces it; as PPTX, DOCX and PDF."""
