"""Tables of other systems as facts: read by DuckDB, encoded column by column, never through text of ours."""
