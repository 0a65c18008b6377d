-- The rules of stance.rules that leans(X, Y) depends on, as one would write them by hand for DuckDB.
-- `$world` is the folder of TSV files, `$answers` the file to write.

SET threads = 2;
SET preserve_insertion_order = false;

CREATE TEMP TABLE country AS SELECT A AS x FROM read_csv('$world/country.tsv', delim = '\t', all_varchar = true);
CREATE TEMP TABLE at_war AS SELECT A AS x, B AS y FROM read_csv('$world/at_war.tsv', delim = '\t', all_varchar = true);
CREATE TEMP TABLE allied AS SELECT A AS x, B AS y FROM read_csv('$world/allied.tsv', delim = '\t', all_varchar = true);

CREATE TEMP TABLE acts_for AS
WITH RECURSIVE
    owns AS MATERIALIZED (
        SELECT A AS owner, B AS company FROM read_csv('$world/owns.tsv', delim = '\t', all_varchar = true)
    ),
    controls(x, k) AS (
        SELECT owner, company FROM owns SEMI JOIN country ON owner = country.x
        UNION
        SELECT controls.x, owns.company FROM controls JOIN owns ON owns.owner = controls.k
    )
SELECT k AS actor, x FROM controls
UNION ALL
SELECT x, x FROM country;

CREATE TEMP TABLE arms AS
SELECT DISTINCT a.x, b.x AS y
FROM read_csv('$world/supplies.tsv', delim = '\t', all_varchar = true) AS supplies
SEMI JOIN read_csv('$world/military.tsv', delim = '\t', all_varchar = true) AS military ON supplies.C = military.A
JOIN acts_for AS a ON a.actor = supplies.A
JOIN acts_for AS b ON b.actor = supplies.B
WHERE a.x <> b.x;

CREATE TEMP TABLE engaged AS
SELECT DISTINCT meets.A AS x, meets.B AS y
FROM read_csv('$world/meets.tsv', delim = '\t', all_varchar = true) AS meets
SEMI JOIN read_csv('$world/visits.tsv', delim = '\t', all_varchar = true) AS visits
    ON meets.A = visits.A AND meets.B = visits.B;

CREATE TEMP TABLE depends AS
SELECT DISTINCT a.x, b.x AS y
FROM read_csv('$world/buys.tsv', delim = '\t', all_varchar = true) AS buys
SEMI JOIN read_csv('$world/strategic.tsv', delim = '\t', all_varchar = true) AS strategic ON buys.C = strategic.A
JOIN acts_for AS a ON a.actor = buys.A
JOIN acts_for AS b ON b.actor = buys.B
WHERE a.x <> b.x;

CREATE TEMP TABLE led AS
WITH RECURSIVE
    part_of AS MATERIALIZED (
        SELECT A AS part, B AS whole FROM read_csv('$world/part_of.tsv', delim = '\t', all_varchar = true)
    ),
    belongs(x, g) AS (
        SELECT A, B FROM read_csv('$world/member.tsv', delim = '\t', all_varchar = true)
        UNION
        SELECT belongs.x, part_of.whole FROM belongs JOIN part_of ON part_of.part = belongs.g
    )
SELECT DISTINCT belongs.x, chairs.A AS y
FROM belongs
JOIN read_csv('$world/chairs.tsv', delim = '\t', all_varchar = true) AS chairs ON chairs.B = belongs.g
SEMI JOIN read_csv('$world/neighbour.tsv', delim = '\t', all_varchar = true) AS neighbour
    ON neighbour.A = belongs.x AND neighbour.B = chairs.A
WHERE belongs.x <> chairs.A;

CREATE TEMP TABLE bloc AS
WITH RECURSIVE bloc(x, y) AS (
    SELECT x, y FROM allied
    UNION
    SELECT bloc.x, allied.y FROM bloc JOIN allied ON allied.x = bloc.y
)
FROM bloc;

CREATE TEMP TABLE enemy AS SELECT x, y FROM at_war UNION SELECT y, x FROM at_war;

CREATE TEMP TABLE hostile AS
SELECT sanctions.A AS x, sanctions.B AS y
FROM read_csv('$world/sanctions.tsv', delim = '\t', all_varchar = true) AS sanctions
SEMI JOIN read_csv('$world/condemns.tsv', delim = '\t', all_varchar = true) AS condemns
    ON sanctions.A = condemns.A AND sanctions.B = condemns.B
UNION
SELECT threatens.A, threatens.B
FROM read_csv('$world/threatens.tsv', delim = '\t', all_varchar = true) AS threatens
ANTI JOIN (FROM allied UNION SELECT y, x FROM allied) AS ally ON ally.x = threatens.A AND ally.y = threatens.B
UNION
FROM enemy
UNION
SELECT bloc.x, enemy.y FROM bloc JOIN enemy ON bloc.y = enemy.x WHERE bloc.x <> enemy.y;

COPY (
    SELECT x, y FROM (
        FROM arms
        UNION
        FROM depends SEMI JOIN engaged ON depends.x = engaged.x AND depends.y = engaged.y
        UNION
        SELECT aids.A, aids.B
        FROM read_csv('$world/aids.tsv', delim = '\t', all_varchar = true) AS aids
        SEMI JOIN engaged ON aids.A = engaged.x AND aids.B = engaged.y
        UNION
        FROM led
        UNION
        FROM bloc
    ) AS likely
    ANTI JOIN hostile ON likely.x = hostile.x AND likely.y = hostile.y
    ORDER BY x, y
) TO '$answers' (FORMAT csv, DELIMITER '\t', HEADER false);
