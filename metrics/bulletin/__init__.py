"""The monthly bulletin (通报): from a release's figures to a document, and the document as HTML, DOCX and PDF."""
