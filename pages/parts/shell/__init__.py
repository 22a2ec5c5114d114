"""What stands around every page: the file, its settings, the session."""
