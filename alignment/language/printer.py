from alignment.language import tree
def format_node(n): return str(n)
def format_file(s): return s.text, ()
