"""How fast a million customers are counted, against DuckDB and pandas: ``python -m tests.benchmarks``.

Every engine starts from its own in-memory form of the same spans (reading them from Parquet is timed beside), every
answer is compared with ours before anything is timed, and rounds are interleaved so that a busy moment hits all.
What counts are the ratios; they are printed with their limits and are no test, since a busy machine would fail it.
"""
