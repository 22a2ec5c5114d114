"""What a retention goal brings, what it takes, and how sure that is: frozen inputs to small tables."""
