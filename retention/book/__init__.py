"""The Book, and how it is assembled from plain tables; day keys and facts are private to it and the engine."""

from retention.book.assemble import assemble, assemble_tenures, merge_spans
from retention.book.book import Book, Clock
from retention.book.by_period import ByPeriod, in_one_piece, of_blocks
from retention.book.facts import Facts
from retention.book.parts import put_together, taken_apart

__all__ = [
    "Book",
    "ByPeriod",
    "Clock",
    "Facts",
    "assemble",
    "assemble_tenures",
    "in_one_piece",
    "merge_spans",
    "of_blocks",
    "put_together",
    "taken_apart",
]
