
% What the rules call: comparisons, arithmetic and aggregates as Alignment means them.

% alignment_value(+Expression, -Value): fails where there is no value.
alignment_value(X + Y, V) :- !, alignment_apply(+, X, Y, V).
alignment_value(X - Y, V) :- !, alignment_apply(-, X, Y, V).
alignment_value(X * Y, V) :- !, alignment_apply(*, X, Y, V).
alignment_value(X / Y, V) :- !, alignment_apply(/, X, Y, V).
alignment_value(X // Y, V) :- !, alignment_apply(//, X, Y, V).
alignment_value(X mod Y, V) :- !, alignment_apply(mod, X, Y, V).
alignment_value(V, V).

alignment_apply(Op, X, Y, V) :-
    alignment_value(X, A), alignment_value(Y, B),
    alignment_result(Op, A, B, Result),
    V = Result.

alignment_result(Op, A, B, V) :-
    number(A), number(B), !,
    catch(alignment_number(Op, A, B, Result), error(evaluation_error(_), _), fail),
    alignment_bounded(Result, V).
alignment_result(-, date(Y, M, D), date(Y2, M2, D2), V) :- !,
    alignment_day(date(Y, M, D), N), alignment_day(date(Y2, M2, D2), N2),
    V is N - N2.
alignment_result(+, date(Y, M, D), B, V) :- integer(B), !,
    alignment_day(date(Y, M, D), N), N2 is N + B, alignment_date(N2, V).
alignment_result(-, date(Y, M, D), B, V) :- integer(B), !,
    alignment_day(date(Y, M, D), N), N2 is N - B, alignment_date(N2, V).
alignment_result(+, A, date(Y, M, D), V) :- integer(A),
    alignment_day(date(Y, M, D), N), N2 is N + A, alignment_date(N2, V).

alignment_number(+, A, B, V) :- V is A + B.
alignment_number(-, A, B, V) :- V is A - B.
alignment_number(*, A, B, V) :- V is A * B.
alignment_number(/, A, B, V) :- integer(A), integer(B), !,
    B =\= 0,
    ( A mod B =:= 0 -> V is A // B ; V is float(A rdiv B) ).
alignment_number(/, A, B, V) :- V is A / B.
alignment_number(//, A, B, V) :- integer(A), integer(B), !,
    B =\= 0,
    Q is abs(A) // abs(B),
    ( sign(A) =:= sign(B) -> V = Q ; V is -Q ).
alignment_number(//, A, B, V) :- V is float(truncate(A / B)).
alignment_number(mod, A, B, V) :- integer(A), integer(B), !, V is A mod B.
alignment_number(mod, A, B, V) :-
    X is rational(float(A)), Y is rational(float(B)),
    Y =\= 0,
    V is float(X - Y * floor(X rdiv Y)).

% Whole numbers have 64 bits; 0.0 and -0.0 are one.
alignment_bounded(A, V) :- integer(A), !,
    (   A >= -9223372036854775808, A =< 9223372036854775807
    ->  V = A
    ;   throw(error(evaluation_error(alignment_number_too_large), _))
    ).
alignment_bounded(A, V) :- ( A =:= 0 -> V = 0.0 ; V = A ).

% Days are counted from 0001-01-01, which is 1. After Howard Hinnant, chrono-compatible algorithms, 2013.
alignment_day(date(Y, M, D), N) :-
    ( M =< 2 -> A is Y - 1 ; A = Y ),
    Era is A div 400, E is A - Era * 400,
    P is (M + 9) mod 12,
    N is Era * 146097 + E * 365 + E // 4 - E // 100 + (153 * P + 2) // 5 + D - 1 - 305.

alignment_date(N, date(Y, M, D)) :-
    N >= 1, N =< 3652059,
    Z is N + 305, Era is Z div 146097, E is Z - Era * 146097,
    A is (E - E // 1460 + E // 36524 - E // 146096) // 365,
    R is E - (365 * A + A // 4 - A // 100),
    P is (5 * R + 2) // 153,
    D is R - (153 * P + 2) // 5 + 1,
    ( P < 10 -> M is P + 3, Y is A + Era * 400 ; M is P - 9, Y is A + Era * 400 + 1 ).

% alignment_compare(+Operator, +Left, +Right): false between kinds, except that they differ.
alignment_compare(Op, Left, Right) :-
    alignment_value(Left, A), alignment_value(Right, B),
    alignment_holds(Op, A, B).

alignment_holds(\==, A, B) :- !, A \== B.
alignment_holds(==, A, B) :- !, A == B.
alignment_holds(Op, A, B) :- A == B, !, alignment_fits(Op, =).
alignment_holds(Op, A, B) :-
    alignment_kind(A, Kind), alignment_kind(B, Kind),
    alignment_order(Kind, A, B, Order),
    alignment_fits(Op, Order).

alignment_kind(A, number) :- number(A), !.
alignment_kind(A, date) :- compound(A), !.
alignment_kind(A, symbol) :- atom(A), !.
alignment_kind(_, text).

alignment_order(number, A, B, Order) :- !, X is rational(A), Y is rational(B), compare(Order, X, Y).
alignment_order(_, A, B, Order) :- compare(Order, A, B).

alignment_fits(=:=, =).
alignment_fits(=<, =).
alignment_fits(=<, <).
alignment_fits(<, <).
alignment_fits(>=, =).
alignment_fits(>=, >).
alignment_fits(>, >).

alignment_in(X, [X | _]).
alignment_in(X, [_ | Rest]) :- alignment_in(X, Rest).

% Aggregates over the distinct answers of a goal.
alignment_count(Goal, N) :- findall(x, Goal, Rows), length(Rows, Found), N = Found.

alignment_sum(X, Goal, N) :-
    alignment_total(X, Goal, Total, _),
    alignment_bounded(Total, Found),
    N = Found.

alignment_avg(X, Goal, N) :-
    alignment_total(X, Goal, Total, Count),
    Count > 0,
    alignment_number(/, Total, Count, Found),
    N = Found.

alignment_total(X, Goal, Total, Count) :-
    findall(X, (Goal, number(X)), Values), length(Values, Count),
    (   alignment_in(F, Values), float(F)
    ->  alignment_exact(Values, 0, Sum), Total is float(Sum)
    ;   alignment_whole(Values, 0, Total)
    ).

alignment_whole([], N, N).
alignment_whole([V | Rest], M, N) :- Sum is M + V, alignment_whole(Rest, Sum, N).

% Exact, then rounded once, whatever the order of the answers.
alignment_exact([], N, N).
alignment_exact([V | Rest], M, N) :- Sum is M + rational(float(V)), alignment_exact(Rest, Sum, N).

alignment_min(X, Goal, N) :-
    findall(Key - X, (Goal, alignment_key(X, Key)), Pairs),
    sort(Pairs, [_ - Found | _]),
    N = Found.

alignment_max(X, Goal, N) :-
    findall(Key - X, (Goal, alignment_key(X, Key)), Pairs),
    sort(0, @>=, Pairs, [_ - Found | _]),
    N = Found.

% Numbers by value, then dates, then names as alignment_rank/2 has them.
alignment_key(X, key(0, Value, Type)) :- number(X), !,
    Value is rational(X),
    ( integer(X) -> Type = 2 ; Type = 1 ).
alignment_key(X, key(1, X, 0)) :- compound(X), !.
alignment_key(X, key(2, Rank, 0)) :- alignment_rank(X, Rank).
