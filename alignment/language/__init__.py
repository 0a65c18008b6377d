"""Text in, tree out: the one grammar, its parser, its printer, and the fast path for plain facts."""
