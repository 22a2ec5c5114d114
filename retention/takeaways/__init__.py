"""What a table says, in one sentence: with its counts, in the words of the ladder, no surer than the numbers are."""
