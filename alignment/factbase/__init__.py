"""What sources report: the dictionary of constants, and tables of rows with their reports."""
