"""A file to try: the larger customers' revenue as a month-by-month workbook, the way finance teams keep it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from data.samples.companies import Customer
from data.samples.days import AS_OF, months_of
from data.samples.revenue import Monthly

TITLES = ("Monthly recurring revenue by customer", "US dollars, sample data: every company is invented")
ATTRIBUTES = ("Customer ID", "Customer", "Segment", "Region", "CSM")
MONTHS = [month for year in (2023, 2024, 2025) for month in months_of(year)]
HEADER_ROW = 3
MADE_ON = datetime(AS_OF.year + 1, 1, 5)


def cell(monthly: Monthly, month: date) -> int | None:
    """What the sheet shows for a month: nothing before the first payment, 0 while a customer pays nothing after it."""
    if month < min(monthly):
        return None
    return monthly.get(month, 0)


def write_cube(path: Path, customers: list[Customer], revenue: dict[str, Monthly]) -> None:
    """Write the workbook: two title lines, attributes, one true date per month, one row per customer, a total."""
    shown = [
        customer
        for customer in customers
        if customer.segment != "SMB" and any(month in revenue[customer.customer_id] for month in MONTHS)
    ]
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": TITLES[0], "created": MADE_ON})
        month_header = workbook.add_format({"num_format": "mmm-yy", "bold": True})
        bold = workbook.add_format({"bold": True})
        money = workbook.add_format({"num_format": "#,##0"})
        money_bold = workbook.add_format({"num_format": "#,##0", "bold": True})
        sheet = workbook.add_worksheet("MRR by customer")
        sheet.freeze_panes(HEADER_ROW + 1, len(ATTRIBUTES))
        sheet.set_column(1, 1, 26)
        for row, title in enumerate(TITLES):
            sheet.write_string(row, 0, title, bold)
        sheet.write_row(HEADER_ROW, 0, ATTRIBUTES, bold)
        for column, month in enumerate(MONTHS, start=len(ATTRIBUTES)):
            sheet.write_datetime(HEADER_ROW, column, datetime(month.year, month.month, 1), month_header)

        for row, customer in enumerate(shown, start=HEADER_ROW + 1):
            attributes = (customer.name, customer.segment, customer.recorded("region"), customer.recorded("csm"))
            sheet.write_row(row, 0, (customer.customer_id, *attributes))
            for column, month in enumerate(MONTHS, start=len(ATTRIBUTES)):
                paid = cell(revenue[customer.customer_id], month)
                if paid is not None:
                    sheet.write_number(row, column, paid, money)

        total_row = HEADER_ROW + 1 + len(shown)
        sheet.write_string(total_row, 0, "Total", bold)
        for column, month in enumerate(MONTHS, start=len(ATTRIBUTES)):
            letter = xl_col_to_name(column)
            total = sum(revenue[customer.customer_id].get(month, 0) for customer in shown)
            sum_of_column = f"=SUM({letter}{HEADER_ROW + 2}:{letter}{total_row})"
            sheet.write_formula(total_row, column, sum_of_column, money_bold, total)
