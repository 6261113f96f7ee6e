"""PostgreSQL: the one that comes with the program, what it keeps, and the schema it is brought to."""
