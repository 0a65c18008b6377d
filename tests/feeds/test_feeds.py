"""The bundled feeds: what is told of rows that do not fit, and their figures on real samples where those are at hand."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.cli import main
from alignment.commands.console import Console

ROWS = Path(__file__).parent / "rows"
SHARED = Path(__file__).parents[3] / "shared" / "data"


def feed(text: str, **options: object) -> KnowledgeBase:
    """A base of some statements, those of a file of one's own."""
    kb = KnowledgeBase(**options)  # type: ignore[arg-type]
    kb.add(text)
    return kb


def sample(name: str) -> Path:
    """A file that is not part of the project; the test is skipped where it is not."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


def bad_rows(kb: KnowledgeBase) -> list[str]:
    """What is told of rows that do not fit."""
    return [one.message.rpartition("/")[2] for one in kb.checked.warnings if one.code == "bad-row"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("icews", ["icews.tab, row 27: 'Hong Kong' in the column 'Source Country' is no country"]),
        ("gdelt1", ["gdelt1.export.CSV, row 7: 'AFR' in the column 'Column8' is no country"]),
        ("gdelt2", []),
        ("polecat", ["polecat.txt, row 14: 'DEU;XXX' in the column 'Actor Country' is no country"]),
    ],
)
def test_a_country_that_is_none_is_told(name: str, told: list[str]) -> None:
    """Each feed loads without any other problem than the one row that was put in."""
    kb = KnowledgeBase()
    kb.load(ROWS / f"{name}.facts")
    assert bad_rows(kb) == told
    assert [one for one in kb.checked.warnings if one.code not in ("bad-row", "unused-relation", "never-fires")] == []


def test_actors_without_a_country_are_told(tmp_path: Path) -> None:
    """In one line when a feed is read or made a base, the most frequent first, and not of the base again."""
    base = str(tmp_path / "base.duckdb")
    for name, told in (
        ("polecat", "1 actor has no country: Amnesty International (1)\n"),
        ("icews", "2 actors have no country: European Union (2), United Nations (1)\n"),
    ):
        out, err = io.StringIO(), io.StringIO()
        assert main(["import", str(ROWS / f"{name}.facts"), "-o", base], Console(io.StringIO(), out, err)) == 0
        assert told in err.getvalue()
    err = io.StringIO()
    main(["query", "acted(X, A, Y, D)", base], Console(io.StringIO(), io.StringIO(), err))
    assert "have no country" not in err.getvalue()


@pytest.mark.parametrize("name", ["gdelt", "icews", "polecat"])
def test_a_feed_asks_where_its_table_is(name: str) -> None:
    """Loaded by itself, a feed says which statement is missing."""
    with pytest.raises(AlignmentError) as refused:
        KnowledgeBase().load(f"@facts/feeds/{name}")
    assert {one.code for one in refused.value.problems} == {"unknown-table"}
    assert f'table {name} from "' in str(refused.value.problems[0].hint)


def test_the_native_sample_of_icews() -> None:
    """Of 3,705 events of June 2018 those between two countries become facts, and all names but one are known."""
    kb = feed(f'table icews from "{sample("icews_full_columns_sample.tab")}". load "@facts/feeds/icews".')
    assert bad_rows(kb) == []
    (cameo,) = kb.state.facts.tables["cameo"].imported
    assert len(cameo) == 1741
    assert len(kb.query("acted(X, visit, Y, 2018-06-02)")) > 10
    both = kb.rows("acted") & {(y, a, x, d) for x, a, y, d in kb.rows("acted") if a == "consult"}
    assert not both


def test_two_hundred_thousand_events_of_icews() -> None:
    """The columns of another layout are imported into the relation of CAMEO; each meeting is one."""
    path = sample("icews_events.csv.gz")
    kb = feed(
        'load "@facts/feeds/cameo". source icews "ICEWS", reliability c.'
        f'import cameo(Source_ISO3, CAMEO_Code, Target_ISO3) on Date from "{path}" source icews'
        '  where Source_ISO3 != Target_ISO3, Source_ISO3 != "", Target_ISO3 != "".'
        f'import unplaced(Source, Date) from "{path}" where Source_ISO3 = "".'
        f'import unplaced(Target, Date) from "{path}" where Target_ISO3 = "".'
    )
    tables = kb.state.facts.tables
    assert sum(map(len, tables["cameo"].imported)) == 41778
    assert sum(map(len, tables["unplaced"].imported)) == 73768 + 56746
    last = next(one for one in kb.checked.warnings if one.hint and one.hint.startswith("most often"))
    assert "'HKG' in 'source_iso3'" in str(last.hint)
    view = kb.view(as_of="2014-12-31")
    assert ("united_states", "iran") in view.rows("sanctions")
    assert ("ukraine", "russia") in view.rows("condemns")


def test_the_sample_of_gdelt() -> None:
    """Lines of three ages of the feed, 57 and 58 columns wide, are all read; regions are told."""
    kb = feed(f'table gdelt from "{sample("gdelt1_events_710.tsv")}". load "@facts/feeds/gdelt1_places".')
    told = [one for one in bad_rows(kb) if "no country" in one]
    assert all(any(region in one for region in ("'EUR'", "'AFR'", "'MEA'", "'WST'")) for one in told)
    assert not any("cells" in one for one in bad_rows(kb))
    assert ("israel", "attack", "palestine") in {row[:3] for row in kb.rows("acted")}
