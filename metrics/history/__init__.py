"""Loading history in bulk: a long tidy CSV, checked whole, then stored in parts of whole submissions."""
