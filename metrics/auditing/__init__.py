"""The audit of what changes nothing: refusals, failures, reads in bulk; a flood of them is counted, not written out."""
