"""Arithmetic on counts: small tables in which every rate stands beside its counts."""
