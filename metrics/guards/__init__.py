"""What guards the figures inside the database, held against what the migrations make and `biaochi migrate` grants."""
