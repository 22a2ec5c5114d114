"""One column of texts read as dates, amounts, months or statuses."""
