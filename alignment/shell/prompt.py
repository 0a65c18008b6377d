"""The prompt at a terminal: the only module that knows prompt-toolkit."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, get_common_complete_suffix
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from alignment.shell.complete import complete
from alignment.shell.dress import lines
from alignment.shell.entry import is_whole
from alignment.shell.execute import VERBS
from alignment.shell.ready import load_meanwhile, loading
from alignment.shell.session import Session
from alignment.shell.vocabulary import words

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

STYLE = Style.from_dict(
    {
        "variable": "ansicyan",
        "text": "ansigreen",
        "number": "ansimagenta",
        "date": "ansimagenta",
        "keyword": "bold",
        "comment": "ansibrightblack",
        "command": "bold",
        "view": "ansibrightblack",
        "prompt": "bold",
    }
)


class Prompt:
    """Reads entries from a person. `input` and `output` are the terminal's if not given."""

    def __init__(
        self,
        *,
        input: Input | None = None,  # noqa: A002  # prompt-toolkit's word
        output: Output | None = None,
        history: Path | None = None,
        colour: bool = True,
    ) -> None:
        self._session: Session | None = None
        self._typing: Callable[[str], None] = lambda _: None
        self._loading = loading()
        plain = not colour or bool(os.environ.get("NO_COLOR"))
        self._prompt: PromptSession[str] = PromptSession(
            multiline=True,
            completer=_Completer(lambda: self._session),
            lexer=_Lexer(),
            history=_history(history or history_file()),
            key_bindings=_keys(lambda: self._session.kb.schema.types if self._session else ()),
            prompt_continuation="   ",
            complete_while_typing=False,
            style=STYLE,
            color_depth=ColorDepth.DEPTH_1_BIT if plain else None,
            input=input,
            output=output,
        )
        self._prompt.default_buffer.on_text_changed += lambda buffer: self._typing(buffer.text)

    def read(self, session: Session, typing: Callable[[str], None]) -> str:
        """The next entry. Raises EOFError on Ctrl-D, KeyboardInterrupt on Ctrl-C."""
        self._session, self._typing = session, typing
        message: StyleAndTextTuples = [("class:prompt", "?- ")]
        view = " · ".join(session.view_words())
        if view:
            message.insert(0, ("class:view", f"{view}\n"))
        return self._prompt.prompt(message, pre_run=self._get_ready)

    def _get_ready(self) -> None:
        """Go on loading what questions need while the next one is typed."""
        get_app().create_background_task(load_meanwhile(self._loading))


class _Completer(Completer):
    def __init__(self, session: Callable[[], Session | None]) -> None:
        self.session = session
        self.words = words()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        session = self.session()
        if session is None:
            return
        del complete_event
        for one in complete(document.text, document.cursor_position, session.kb.schema, self.words):
            yield Completion(one.text, -one.length, one.shown or one.text, one.meta)


class _Lexer(Lexer):
    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        dressed = lines(document.text, VERBS)

        def line(number: int) -> StyleAndTextTuples:
            found = dressed[number] if number < len(dressed) else []
            return [(f"class:{kind}" if kind else "", part) for kind, part in found]

        return line


def _keys(types: Callable[[], Collection[str]]) -> KeyBindings:
    """Enter runs what is whole, or anything at an empty line; Alt-Enter runs anything."""
    keys = KeyBindings()

    @Condition
    def choosing() -> bool:
        state = get_app().current_buffer.complete_state
        return state is not None and state.current_completion is not None

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER) & ~choosing)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_whole(buffer.text, types()) or buffer.text.endswith("\n"):
            buffer.validate_and_handle()
        else:
            buffer.newline(copy_margin=False)

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER) & choosing)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    @keys.add("tab", filter=has_focus(DEFAULT_BUFFER) & ~choosing)
    def _(event: KeyPressEvent) -> None:
        """Complete at once what has one completion, so that keys typed meanwhile are not lost."""
        buffer = event.current_buffer
        found = list(buffer.completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
        if len(found) == 1:
            buffer.apply_completion(found[0])
        elif found:
            common = get_common_complete_suffix(buffer.document, found)
            buffer.insert_text(common) if common else buffer.start_completion()

    return keys


def history_file() -> Path:
    """`$XDG_STATE_HOME/alignment/history`."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "alignment" / "history"


def _history(path: Path) -> History:
    """The history on disk, readable by its owner alone; in memory where there is no place for it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        with path.open("ab"):
            pass
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return FileHistory(path)
