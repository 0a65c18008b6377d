"""What `:help` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alignment.commands import table
from alignment.commands.console import Console, Status
from alignment.commands.convert import nearest, usage
from alignment.commands.help import WIDTH, help_text, in_columns, wrapped
from alignment.shell.session import Session

if TYPE_CHECKING:
    from alignment.shell.commands import ShellCommand

ASKING = (
    ("supports(X, russia)", "who supports Russia? Capital letters ask for names"),
    ('supports("Ankara", X)', "names and aliases in double quotes work too"),
    ("why supports(china, russia)", "the proof, down to the sources"),
    ("whynot supports(turkey, russia)", "the premises that are missing"),
    ("stances turkey", "where Turkey stands"),
)

TELLING = (
    ("member(turkey, sco).", "a statement ends with a full stop"),
    ("leans(X, Y) :- tied(X, Y).", "rules too; they may go on over several lines"),
)

TOPICS = {
    "questions": """\
A question has no full stop. Names in small letters are constants, names that begin with a capital are
asked for, `_` is anything. A comma means "and", `not` means "nothing says so":

  supports(X, russia), not member(X, sco)
  supplies(X, Y, G) since D, D >= 2024-01-01
  N = #count{ X : supports(X, russia) }

Options go behind a question as on the command line: --with confidence,sources,round or --format csv.
A question that takes too long is stopped with Ctrl-C; the base stays as it is.""",
    "statements": """\
A statement ends with a full stop and goes on over lines until then. It is added to this session alone;
no file is changed. :undo takes the last one back, :save FILE writes them all.

  supplies(india, russia, shells) since 2024-01-01 from article.
  -sanctions(turkey, russia).                      reported not to be so
  normally mine: leans(X, Y) :- meets(P, Q, _), leads(P, X), leads(Q, Y), X != Y.

:assume FACTS holds statements for true until :drop, to see what would follow.""",
    "view": """\
Every question is asked in a view of the base:

  :as-of 2024-07-04     what held on that day; `today` is usual, `ever` drops the dates
  :min-confidence likely
                        hide the facts below a number or word of likelihood
  :without kremlin      leave out what only this source says; `none` brings all back
  :assume FACTS         as if these were true, until :drop

What is not as usual stands above the prompt. :set shows all settings.""",
    "keys": """\
Tab           completes relations, constants, names in quotes, commands and files
Enter         runs what is whole, and goes on in a new line otherwise
Alt-Enter     runs the text in any case
Up, Ctrl-R    earlier lines
Ctrl-C        clears the line, or stops a running question
Ctrl-D        leaves""",
}


def help_(session: Session, argument: str, console: Console, commands: Sequence[ShellCommand]) -> int:
    """All commands, or one thing."""
    del session
    topic = argument.removeprefix(":").strip()
    width = console.width or WIDTH
    if not topic:
        console.result(_overview(commands, min(width, WIDTH)))
        return Status.YES
    found = {command.name: command for command in commands}
    if topic in TOPICS:
        console.result(TOPICS[topic])
    elif topic in found:
        console.result(f"{found[topic].usage}\n    {found[topic].help}")
    elif topic in table.BY_NAME:
        console.result(help_text(table.BY_NAME[topic], width))
    else:
        known = [*TOPICS, *found, *table.BY_NAME]
        raise usage(f"there is no help on '{topic}'", nearest(topic, known) or f"topics: {', '.join(TOPICS)}")
    return Status.YES


def _overview(commands: Sequence[ShellCommand], width: int) -> str:
    listed = [(command.usage, command.help) for command in commands]
    more = f"More: :help TOPIC, for example {', '.join(TOPICS)}, or the name of a command."
    blocks = [
        f"{title}\n{in_columns(pairs, width)}"
        for title, pairs in (("Ask", ASKING), ("Tell", TELLING), ("Commands", listed))
    ]
    return "\n".join([*blocks, wrapped(more, width)])
