"""Values in, text out: explanations, answers, tables and problems as people and programs read them.

Lower rooms hand in values; nothing here evaluates, prints, or knows colour. Where colour is wanted, the
caller passes a `Style`.
"""
