"""What stands under "More" on Retention, Cohorts and Segments."""
