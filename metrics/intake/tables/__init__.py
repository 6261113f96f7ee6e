"""What the tables of a file say: cells in, and out the figures of units and months, questions and refusals."""
