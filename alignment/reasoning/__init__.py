"""A goal and evaluated relations in, values out: answers, proofs, why not. One question a file."""
