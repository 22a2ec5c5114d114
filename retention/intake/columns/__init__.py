"""Which column plays which part, how sure that is, and what one row of the file is."""
