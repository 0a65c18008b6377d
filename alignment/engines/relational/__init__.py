"""The relational engine: strata as set-oriented SQL over integer columns, recursion over delta tables."""
