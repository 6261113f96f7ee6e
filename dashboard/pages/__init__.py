"""The pages: each takes a reading and answers with its title and its content."""
