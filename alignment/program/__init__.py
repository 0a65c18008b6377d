"""Checked base in, plain stratified program out. Lowering cannot fail: the checks ran before."""
