"""The board pack of a session: what is pinned, the words beside it, how it is presented and taken away."""
