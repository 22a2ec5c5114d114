"""How a page shows things."""
