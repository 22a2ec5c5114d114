"""What leaves the app as a file, built from the same tables the pages show."""
