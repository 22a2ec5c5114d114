"""Who may leave next? A score with open weights, the file it is read from, and the test whether it works."""
