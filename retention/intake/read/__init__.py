"""From bytes to a table of text, in a process of its own with limits."""
