"""What an assistant may ask over the Model Context Protocol: the same rows as any pull, under a token's rights."""
