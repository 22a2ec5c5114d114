"""Counts from Spark, DuckDB and warehouses: customers stay where they are, their counts come here."""

from retention.engines.counting import count_customers
from retention.engines.revenue import count_revenue
from retention.engines.sql import DIALECTS, count_customers_sql

__all__ = ["DIALECTS", "count_customers", "count_customers_sql", "count_revenue"]
