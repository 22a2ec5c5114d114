"""The sample book: an invented software company's customers from January 2021 to 31 December 2025."""
