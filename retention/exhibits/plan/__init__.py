"""What is one more point worth? The exhibits of a plan, and the sentences that stand with them."""
