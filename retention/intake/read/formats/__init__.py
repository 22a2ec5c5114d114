"""Bytes of one kind or another to records, and records to one all-text table."""
