"""Small programs, one for each corner of the language that a target may get wrong."""

DEALS = r"""
source a "A", 2024-01-01, reliability b.
source b "B".
relation deal(x: any, y: any, v: any).
deal(china, "Ru\"s\\sia\nx", 1) on 2024-01-31 from a.
deal('Côte d''Ivoire', 'not', 1.0) on 2024-02-28 from b, likely.
deal(is, mod, -3). deal(dynamic, 'T x', 2.5). deal(2024-02-28, 2020-02-29, 0.1).
deal('[]', '{}', 9007199254740993). deal(x, y, 9007199254740992.0).
deal(s, t, 0.2). deal(s, u, 0.3). deal(s, v, 9223372036854775807).
-deal(china, x, 1) from a.
"""

CONSTRUCTS = {
    "names of built-in predicates": DEALS + """
        length(a). length(X) :- deal(X, _, _). findall(X, Y) :- length(X), length(Y), X < Y.
        member(X, V) :- deal(X, Y, V), V in [1, 0.1, -3].
        'table'(x). portray(y). start_tabling(a, b, c). 'p tabled'(z). write(X) :- deal(_, X, _).
        p. q :- not p. '-odd name'(x) :- p. 'A'(X) :- length(X). a(x). neg_deal(x, y, z).
        'été'(X, Été) :- member(X, Été). succ(X, Y) :- member(X, Y).
    """,
    "comparisons within and between kinds": DEALS + """
        less(V, W) :- deal(_, _, V), deal(_, _, W), V < W.
        same(V, W) :- deal(_, _, V), deal(_, _, W), V =:= W.
        differs(X, Y) :- deal(X, _, _), deal(Y, _, _), X != Y.
        most(X, Y) :- deal(X, _, _), deal(_, Y, _), X >= Y.
    """,
    "aggregates": DEALS + """
        total(N) :- N = #sum{ V : deal(_, _, V), V < 100 }.
        total_of(X, N) :- deal(X, _, _), N = #sum{ V, Y : deal(X, Y, V), V < 100 }.
        avg(N) :- N = #avg{ V : deal(_, _, V), V < 100}. whole(N) :- N = #avg{ V : deal(_, _, V), V in [1, -3] }.
        least(N) :- N = #min{ X : deal(X, _, _) }. greatest(N) :- N = #max{ X : deal(X, _, _) }.
        largest(N) :- N = #max{ V : deal(_, _, V) }. twins(N) :- N = #max{ V : deal(_, _, V), V =< 1 }.
        count(N) :- N = #count{ X : deal(X, _, _); X, Y : deal(X, Y, _); s, none : deal(_, _, 1) }.
        zero(N) :- N = #count{ X : deal(X, nowhere, _) }. none(N) :- N = #sum{ V : deal(V, nowhere, _) }.
        nothing(N) :- N = #min{ X : deal(X, nowhere, _) }. agrees(X) :- deal(X, _, N), N = #count{ Y : deal(X, Y, _) }.
    """,
    "evidence and now": DEALS + """
        late(X, D) :- deal(X, _, _) on D, D >= now - 120. never(X) :- deal(X, _, _), not deal(X, _, _) from b.
        early(X, D + 1, D - E) :- deal(X, _, _) on D, deal(_, _, _) on E.
        who(X, S, C) :- deal(X, _, _) from S, deal(X, _, _) confidence C, C > 0.5. today(now) :- deal(x, _, _).
    """,
    "arithmetic": """
        n(-7). n(7). n(2). n(-2). n(0). n(0.5). n(-2.5). n(1000000000000000000000.0). n(3). n(a). n("1").
        div(A / B, A, B) :- n(A), n(B). truncated(A // B, A, B) :- n(A), n(B). modulo(A mod B, A, B) :- n(A), n(B).
        nested(A * B + 1 - B, A) :- n(A), n(B). equal(A, B) :- n(A), n(B), A + 1 = B - 1.
        unequal(A, B) :- n(A), n(B), A + 1 != B - 1. less(A, B) :- n(A), n(B), A * 2 < B.
    """,
    "dates": """
        d(0001-01-01). d(9999-12-31). d(2000-02-29). d(1900-03-01). d(1999-12-31). n(1). n(-60). n(366). n(0.5). n(x).
        later(D + N, N) :- n(N), d(D). other(N + D) :- n(N), d(D). earlier(D - N) :- n(N), d(D).
        apart(D - E) :- d(D), d(E). before(D, E) :- d(D), d(E), D < E. no(D * 2) :- d(D). no(D + E) :- d(D), d(E).
        first(D) :- D = #min{ E : d(E) }. last(D) :- D = #max{ E : d(E) }.
    """,
    "recursion over every kind of constant": """
        reach(X, Y) :- edge(X, Y). reach(X, Z) :- reach(X, Y), reach(Y, Z).
        edge("a", b). edge(b, 1). edge(1, 1.0). edge(1.0, 2024-01-01). edge(2024-01-01, "a"). edge(a, "b").
    """,
    "names with anything in them": r"""
        odd('a,b(c)'). odd('\\'). odd(':-'). odd('%'). odd('/*'). odd("'"). odd("''"). odd("\\"). odd("\t"). odd('X').
        odd('_x'). odd('été'). odd('Å'). odd('not'). odd("not"). odd('a"b'). odd('\n'). odd('"').
        sub(X) :- odd(X), X != 'X', X > 'A'. in(X) :- odd(X), X in ['%', "'", '\n', 'a"b'].
        'a rule, with (odd) name\n:- halt.': halted(X) :- odd(X), not sub(X).
    """,
}
"""What to try, by what it is about. Evidence and dates are seen as of 2024-06-01."""

SMALL = r"""
source a "A", 2024-01-01, reliability b.
source b "B".
relation deal(x: any, y: any, v: any).
deal(china, "Ru\"s\\sia\nx", 1) on 2024-01-31 from a. deal(china, "Ru", 4).
deal('Côte d''Ivoire', 'not', 1.0) on 2024-02-28 from b, likely.
deal(is, mod, -3). deal('Big', 'T x', 2.5). deal(2024-02-28, 2020-02-29, 0.1). deal(aB, aa, 7). deal("aB", ab, -7).
"""

WHOLE = {
    "whole numbers alone": """
        n(-7). n(7). n(2). n(-2). n(0). n(3). n(-3).
        truncated(A // B, A, B) :- n(A), n(B). modulo(A mod B, A, B) :- n(A), n(B). fixed(A mod 3, A // -2) :- n(A).
        nested(A * B // (B - 2) + 1, A, B) :- n(A), n(B). differs(A, B) :- n(A), n(B), A // B != B mod A.
        above(A) :- n(A), #avg{ B : n(B) } >= 3 // A.
    """,
    "days computed from days": """
        d(9999-12-30). d(0001-01-02). d(2000-02-29). n(3). n(-3). n(0).
        back(D + N - N, D, N) :- d(D), n(N). gap(D + N - D, N) :- d(D), n(N). less(D, N) :- d(D), n(N), D + N - D < 2.
    """,
    "comparisons of every kind": SMALL + """
        less(V, W) :- deal(_, _, V), deal(_, _, W), V < W. same(V, W) :- deal(_, _, V), deal(_, _, W), V =:= W.
        differs(X, Y) :- deal(X, _, _), deal(Y, _, _), X != Y. most(X, Y) :- deal(X, _, _), deal(_, Y, _), X >= Y.
        big(X) :- deal(X, _, V), V > 1.5. at(X, V) :- deal(X, _, V), X in ['Big', 2024-02-28, "aB", 3].
        named(X) :- Y = X, deal(X, _, _), Y > b. never(X) :- deal(X, _, _), X = 3, X < 2.
    """,
    "aggregates of every kind": SMALL + """
        least(N) :- N = #min{ X : deal(X, _, _) }. greatest(N) :- N = #max{ X : deal(X, _, _) }.
        of(Y, N) :- deal(Y, _, _), N = #max{ V : deal(Y, _, V) }. nothing(N) :- N = #min{ X : deal(X, nowhere, _) }.
        count(N) :- N = #count{ X : deal(X, _, _); X, Y : deal(X, Y, _); s, none : deal(_, _, 1) }.
        n(1). n(4). n(-2). n(x). n(2024-01-01). total(N) :- N = #sum{ V : n(V) }. zero(N) :- N = #sum{ V : n(V), V = x }.
        above :- N = #avg{ V : n(V) }, N >= 1. exactly :- N = #avg{ V : n(V) }, N =:= 1. below :- #avg{ V : n(V) } < 1.
        other(X) :- k(X), k(1). k(7). k(1). unlike(X) :- k(X), #avg{ V : n(V) } != X. any :- _M = #count{ V : n(V) }. some :- deal(_, _, 7), _N = #max{ V : n(V) }.
    """,
    "arithmetic of whole numbers": """
        n(-7). n(7). n(2). n(-2). n(0). n(3). n(-3). n(a). n("1").
        truncated(A // B, A, B) :- n(A), n(B). modulo(A mod B, A, B) :- n(A), n(B).
        nested(A * B + 1 - B, A) :- n(A), n(B). equal(A, B) :- n(A), n(B), A + 1 = B - 1.
        unequal(A, B) :- n(A), n(B), A + 1 != B - 1. less(A, B) :- n(A), n(B), A * 2 < B. more(A, B) :- n(A), n(B), A > B - 3.
        apart(A) :- n(A), A - 1 != x. same(A) :- n(A), A * 1 = A.
    """,
    "dates": """
        d(0001-01-01). d(9999-12-31). d(2000-02-29). d(1900-03-01). d(1999-12-31). n(1). n(-60). n(366). n(x).
        later(D + N, N) :- n(N), d(D). other(N + D) :- n(N), d(D). earlier(D - N) :- n(N), d(D).
        apart(D - E) :- d(D), d(E). before(D, E) :- d(D), d(E), D < E. no(D * 2) :- d(D). no(D + E) :- d(D), d(E).
        first(D) :- D = #min{ E : d(E) }. last(D) :- D = #max{ E : d(E) }. on(D) :- d(D), D in [2000-02-29, x].
        unlike(D) :- d(D), not n(D). recent(D) :- d(D), D >= now - 10000. near(D) :- d(D), E = D + 60, E > 2000-03-01.
        soon(D, E) :- d(D), E = D + 1, not d(E).
    """,
    "evidence": SMALL + """
        late(X, D) :- deal(X, _, _) on D, D >= now - 120. never(X) :- deal(X, _, _), not deal(X, _, _) from b.
        early(X, D + 1, D - E) :- deal(X, _, _) on D, deal(_, _, _) on E.
        who(X, S, C) :- deal(X, _, _) from S, deal(X, _, _) confidence C, C > 0.5. today(now) :- deal(is, _, _).
    """,
}
"""What a system with whole numbers only can say too."""
