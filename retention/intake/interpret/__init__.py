"""From a table and the parts of its columns to who was a customer when."""
