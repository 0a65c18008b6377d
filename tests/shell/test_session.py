"""The shell without a terminal: what is piped in, what comes out, and what a session keeps."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from alignment import KnowledgeBase
from alignment.cli import main
from alignment.commands.console import Console
from alignment.commands.options import Options
from alignment.commands.table import COMMANDS
from alignment.shell.run import to_try
from alignment.shell.session import Session

BASE = """\
type country.
country russia "Russia" aka "Moscow".
country china "China".
country turkey "Türkiye" aka "Ankara".
relation supplies(giver: country, taker: country) "{giver} supplies {taker}".
stance supports(actor: country, side: country) "{actor} supports {side}".
source summary "Summary", 2024-07-03, reliability c.
source wire "Wire report", 2024-07-03, reliability b.
supplies(china, russia) since 2022-02-24 from summary.
supplies(turkey, russia) since 2024-01-01 from wire.
arms: supports(X, Y) :- supplies(X, Y), X != Y.
"""


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the base above in `base.facts`."""
    path = tmp_path / "base.facts"
    path.write_text(BASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return path


def shell(*lines: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a session over the base."""
    out, err = io.StringIO(), io.StringIO()
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    status = main(["base.facts", *options], Console(stdin, out, err))
    return status, out.getvalue(), err.getvalue()


def test_questions_are_answered_without_prompts() -> None:
    """Piped input runs without prompt or banner; results alone go to standard output."""
    status, out, err = shell("supports(china, russia)", "?- supports(russia, china).")
    assert (status, out, err) == (1, "yes\nno\n", "")


def test_an_error_does_not_stop_what_follows() -> None:
    """Each mistake is told, the rest runs, and the status says that something was wrong."""
    status, out, err = shell("suports(china, russia)", "supports(china, russia)", ":nonsense", "member(")
    assert (status, out) == (2, "yes\n")
    assert "error[unknown-relation]" in err
    assert "there is no command :nonsense" in err
    assert "error[syntax]" in err


def test_a_statement_is_added_to_the_session() -> None:
    """A statement that ends in a full stop is told, may span lines, and changes the answers."""
    status, out, err = shell("supports(russia, china)", "supplies(russia,", "   china).", "supports(russia, china)")
    assert (status, out) == (0, "no\nyes\n")
    assert "added: supplies(russia, china)." in err


def test_rules_are_added_too() -> None:
    """A rule without its full stop goes on in the next line."""
    out = shell("friend(X) :-", "  supports(X, russia),", "  X != china.", "friend(X)")[1]
    assert "Türkiye" in out
    assert "China" not in out


def test_an_atom_with_a_variable_and_a_full_stop_is_a_question() -> None:
    """It can be no fact; nor can a conjunction be a statement."""
    status, out, err = shell("supports(X, russia).", "supports(X, russia), not supplies(china, X).")
    assert (status, err) == (0, "")
    assert out.count("China") == 2


def test_statements_and_questions_in_one_line() -> None:
    """Several statements in one entry are told together, then its questions are asked."""
    status, out, _ = shell("supplies(russia, china). ?- supports(russia, china).")
    assert (status, out) == (0, "yes\n")


def test_a_statement_that_fails_leaves_the_base_as_it_was() -> None:
    """A wrong statement is told with its place, and nothing of its entry is kept."""
    status, out, err = shell("supplies(russia, china). supplies(russia, atlantis).", "supports(russia, china)")
    assert (status, out) == (2, "no\n")
    assert "error[unknown-constant]" in err
    assert "atlantis" in err


def test_undo_takes_back_one_change_at_a_time() -> None:
    """`:undo` takes back what was told, newest first, and never the files that the session is over."""
    _, out, err = shell(
        "supplies(russia, china).", "supplies(russia, turkey).", ":undo",
        "supports(russia, china)", "supports(russia, turkey)", ":undo", "supports(russia, china)",
        ":undo", "supports(china, russia)",
    )  # fmt: skip
    assert out == "yes\nno\nno\nyes\n"
    assert "took back: supplies(russia, turkey)." in err
    assert "nothing to take back" in err


def test_verbs_of_the_command_line() -> None:
    """`why`, `whynot` and `stances` are typed as on the command line, options included."""
    status, out, err = shell(
        "why supports(china, russia)", "whynot supports(russia, china)", "stances Ankara",
        "query supports(X, russia) --format csv",
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert "China supplies Russia" in out
    assert "Russia supplies China" in out
    assert out.endswith("X\nchina\nturkey\n")


def test_later_commands_are_refused_by_name() -> None:
    """What a later release brings says so, with the same words as the command line."""
    for command in COMMANDS:
        if not command.available and command.name != "import":  # a statement begins so
            _, out, err = shell(f"{command.name} supports(X, russia)")
            assert out == ""
            assert f"error[not-yet]: `{command.name}` is not part of this release yet" in err


def test_the_view_of_a_session() -> None:
    """Settings hold from then on, until they are set back."""
    asked = "query supports(X, russia) --format csv"
    _, out, _ = shell(
        ":as-of 2023-01-01", asked, ":as-of today", ":min-confidence 0.7", asked, ":min-confidence none",
        ":without wire", asked, ":without summary", asked, ":without none", asked,
    )  # fmt: skip
    assert out == "X\nchina\nX\nturkey\nX\nchina\nX\nX\nchina\nturkey\n"


def test_a_wrong_setting_changes_nothing() -> None:
    """A source that does not exist, a date that is none: the view stays."""
    status, out, err = shell(":without nobody", ":as-of soon", ":engine spork", ":set", "supports(china, russia)")
    assert (status, out) == (2, "yes\n")
    assert "unknown-source" in err
    assert "'soon' is not a date" in err
    assert "without         none" in err
    assert "engine          auto" in err


def test_assumptions_hold_until_dropped() -> None:
    """`:assume` lies on top of the base: statements told meanwhile stay when it is dropped. The difference is told."""
    _, out, err = shell(
        ":assume supplies(russia, china)", "supports(russia, china)", "supplies(russia, turkey).",
        ":drop", "supports(russia, china)", "supports(russia, turkey)",
    )  # fmt: skip
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert lines == ["+ Russia supports China: certain", "yes", "- Russia supports China: was certain", "no", "yes"]
    assert "assumed: supplies(russia, china)." in err


def test_diff_in_a_session() -> None:
    """`diff` alone tells what the assumptions change; with options of its own they are on both sides."""
    _, out, err = shell(
        "diff", ":assume supplies(russia, china)", "diff", "diff supports(X, russia)",
        "diff --as-of 2023-01-01 --to 2024-06-01 supports(X, Y)",
    )  # fmt: skip
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert lines == [
        "+ Russia supports China: certain", "+ Russia supports China: certain", "nothing changes",
        "+ Türkiye supports Russia: very likely (0.80)",
    ]  # fmt: skip
    assert "the two sides do not differ in anything" in err


def test_load_and_reload(tmp_path: Path) -> None:
    """`:load` adds a file; a file with mistakes is refused whole and leaves the base as it was."""
    (tmp_path / "more.facts").write_text("supplies(russia, china).\n")
    (tmp_path / "bad file.facts").write_text("supplies(russia, turkey).\nsupplies(russia, atlantis).\n")
    _, out, err = shell(
        ":load more.facts", "supports(russia, china)", ':load "bad file.facts"', "supports(russia, turkey)",
        ":load missing.facts", ":reload", "supports(russia, china)",
    )  # fmt: skip
    assert out == "yes\nno\nyes\n"
    assert "bad file.facts:2:18: error[unknown-constant]" in err
    assert "missing.facts" in err


def test_reload_reads_what_changed(base: Path) -> None:
    """`:reload` reads the files as they are now; what was told stays."""
    session = io.StringIO(
        "supplies(russia, china).\n:edit base.facts\nsupports(turkey, china)\nsupports(russia, china)\n"
    )
    editor = base.parent / "editor.sh"
    editor.write_text("#!/bin/sh\necho 'supplies(turkey, china).' >> \"$1\"\n")
    editor.chmod(0o755)
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISUAL", str(editor))
        main(["base.facts"], Console(session, out, err))
    assert out.getvalue() == "yes\nyes\n"


def test_edit_reads_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was not loaded before is loaded after the editor."""
    editor = tmp_path / "my editor.sh"
    editor.write_text("#!/bin/sh\necho 'supplies(russia, china).' > \"$2\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", f"'{editor}' --wait")
    assert shell(":edit new.facts", "supports(russia, china)")[1] == "yes\n"
    monkeypatch.setenv("VISUAL", "no-such-editor")
    assert "cannot start 'no-such-editor'" in shell(":edit new.facts")[2]


def test_save_writes_what_was_told(tmp_path: Path) -> None:
    """`:save` writes the session's statements so that they can be loaded; it overwrites nothing of others."""
    _, _, err = shell(
        ":save mine.facts", "supplies(russia, china) since 2024-01-01 from wire.", ":save mine.facts",
        "supplies(russia, turkey).", ":save mine.facts", ":save base.facts",
    )  # fmt: skip
    assert "nothing to save" in err
    assert "'base.facts' exists already" in err
    assert (tmp_path / "base.facts").read_text() == BASE
    saved = (tmp_path / "mine.facts").read_text()
    assert saved == "supplies(russia, china) since 2024-01-01 from wire.\nsupplies(russia, turkey).\n"


def test_schema_and_rules() -> None:
    """`:schema` lists relations by kind, or one with its sentence; `:rules` shows rules with their place."""
    _, out, err = shell(":schema", ":schema supports", ":rules supports", ":rules supplies", ":schema suports")
    assert "supplies(giver, taker)" in out
    assert "stance supports(actor: country, side: country)" in out
    assert "2 rows now, 1 rule" in out
    assert "arms: supports(X, Y) :-" in out
    assert "base.facts:11" in out
    assert "no rule concludes supplies" in err
    assert "did you mean 'supports'?" in err


def test_help_and_short_commands() -> None:
    """`:help`, one topic, and the shortest form of a command; an ambiguous one names the candidates."""
    _, out, err = shell(":help", ":help view", ":help load", ":help why", ":h", "help", ":e x", ":help nosuch")
    assert out.count("why supports(china, russia)") >= 3
    assert "hide the facts below" in out
    assert ":load FILE" in out
    assert "did you mean :edit or :engine or :explain-plan or :export?" in err
    assert "no help on 'nosuch'" in err


@pytest.mark.parametrize("word", [":quit", ":q", ":exit", "quit", "exit"])
def test_quit(word: str) -> None:
    """All the words that people try end the session."""
    assert shell(word, "supports(china, russia)") == (0, "", "")


def test_time() -> None:
    """`:time` tells how long each answer took, not among the results."""
    _, out, err = shell(":time", "supports(china, russia)")
    assert out == "yes\n"
    assert err.splitlines()[-1].endswith(" s")


def test_set_changes_the_form_of_answers() -> None:
    """`:set` shows or changes every setting; a form for answers leaves proofs as they are."""
    _, out, _ = shell(":set format csv", ":set with confidence", "supports(X, russia)", "why supports(china, russia)")
    assert out.startswith("X,confidence\nchina,0.6\nturkey,0.8\n")
    assert "China supplies Russia" in out


def test_options_of_the_call_hold_in_the_session() -> None:
    """What the command line says of the view is where the session begins."""
    assert shell("supports(turkey, russia)", options=("--as-of", "2023-01-01"))[1] == "no\n"


def test_a_base_with_mistakes_does_not_open() -> None:
    """The shell over files with mistakes tells them and ends with 2."""
    Path("bad.facts").write_text("p(a.\n")
    out, err = io.StringIO(), io.StringIO()
    assert main(["bad.facts"], Console(io.StringIO(), out, err)) == 2
    assert "error[syntax]" in err.getvalue()


def test_a_question_over_its_time_is_told_and_the_session_goes_on() -> None:
    """A time limit stops one question, not the session."""
    Path("big.facts").write_text(
        "".join(f"n({i}).\n" for i in range(300)) + "big(A, B, C, D) :- n(A), n(B), n(C), n(D).\n"
    )
    status, out, err = shell(
        ":load big.facts",
        ":set time-limit 0.3",
        "big(A, B, C, D)",
        ":set time-limit none",
        "supports(china, russia)",
    )
    assert (status, out) == (3, "yes\n")
    assert "error[time-limit]" in err


def test_what_to_try_fits_the_base() -> None:
    """Over another base than the bundled one, the banner names a goal of that base."""
    session = Session.over(["base.facts"], Options())
    assert to_try(session) == ("supports(X, Y)", ":schema", "stances")
    Path("plain.facts").write_text("edge(a, b, c, d).\n")
    assert to_try(Session.over(["plain.facts"], Options())) == ("edge(X, Y, Z, V4)", ":schema", ":rules")


def test_a_mistyped_verb_does_not_wait_for_more() -> None:
    """Two words that begin nothing are told at once, with what was meant."""
    status, out, err = shell("stancs turkey", "supports(china, russia)")
    assert (status, out) == (2, "yes\n")
    assert "did you mean `stances`?" in err


def test_explain_plan_tells_how_a_goal_is_evaluated() -> None:
    """In the shell as on the command line; the answers are not printed."""
    status, out, _ = shell(":explain-plan supports(X, Y)")
    assert status == 0
    assert out.startswith("engine: memory, because ")
    assert "supports: " in out
    assert "China" not in out
    status, _, err = shell(":explain-plan")
    assert status == 2
    assert "needs a goal" in err


def test_contradictions_are_asked_for_without_a_colon() -> None:
    """The verb of the command line, and a contested answer is marked."""
    _, out, err = shell("-supplies(turkey, russia).", "contradictions", "supplies(turkey, X)")
    assert "1 of 1: this is said and denied" in out
    assert "Russia  yes" in out
    assert "this answer is contested" in err


def test_rows_that_do_not_fit_are_told_in_the_shell(base: Path) -> None:
    """Rows of the files of the session, of `:load`, `:reload` and of a typed import are told, each once."""
    base.with_name("t.csv").write_text("A,B\nrussia,china\nnarnia,china\n")
    base.with_name("u.csv").write_text("A,B\nrussia,oz\n")
    base.with_name("more.facts").write_text('import supplies(A, B) from "u.csv".\n')
    base.write_text(BASE + 'import supplies(A, B) from "t.csv".\n')
    _, out, err = shell(":load more.facts", "supplies(X, china)")
    assert "Russia" in out
    assert [line.partition(": '")[2] for line in err.splitlines() if "bad-row" in line] == [
        "narnia' in the column 'A' is no country",
        "oz' in the column 'B' is no country",
    ]
    base.with_name("t.csv").write_text("A,B\natlantis,china\n")
    _, _, err = shell('import supplies(B, A) from "u.csv".')
    assert "'atlantis' in the column 'A'" in err
    assert "'oz' in the column 'B'" in err


def test_schema_counts_rows_and_fetches_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relation of many millions is counted where it stands; a row that two reports give is one."""
    kb = KnowledgeBase("duckdb")
    kb.add('source a "A". source b "B". p(x, y) from a. p(x, y) from b. p(y, y). -p(z, z). q. relation r(a: any).')
    monkeypatch.setattr(KnowledgeBase, "rows", None)
    assert [kb.count(name) for name in ("p", "-p", "q", "-q", "r", "-r")] == [2, 1, 1, 0, 0, 0]
