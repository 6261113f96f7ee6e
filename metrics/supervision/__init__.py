"""What the bureau follows up (督办) as values: pure functions from what was recorded to how it stands."""
