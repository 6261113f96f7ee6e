"""Valid files changed at random, one thing at a time: each is read as a person then sees it, refused or asked about."""
