"""Words and written figures: how what is known is said in the language being spoken."""
