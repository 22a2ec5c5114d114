"""Into the boardroom: exhibits in order, with the founder's own words, taken away as files and opened again."""
