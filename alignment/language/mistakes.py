from alignment.problems import Problem
def explain(source, error, piece, goal):
    at = getattr(error,'pos_in_stream',None)
    if at is None: at = piece.end-1
    return Problem("syntax", source.span(at,at+1), str(error).split("\n")[0])
