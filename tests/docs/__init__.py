"""The documents: what they say can be done."""
