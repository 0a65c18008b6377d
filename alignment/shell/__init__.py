"""The shell: what a person types becomes a question, a statement or a command, in one session.

`entry` reads what was typed, `session` is the state, `commands` the table of what begins with a colon,
`complete` and `vocabulary` are pure, and `prompt` alone knows the terminal.
"""
