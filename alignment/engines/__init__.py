"""Plain program and tables in, derived relations out. Every engine gives the same answers."""
