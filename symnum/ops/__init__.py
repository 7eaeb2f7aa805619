"""The op table: one row for each operation, and what rows are made of."""
