"""The state of a shell: a base, what is assumed on top of it, and the view it is asked in.

A change that fails leaves the session as it was. It prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace

from alignment.commands.bases import assuming, empty, loaded, viewed
from alignment.commands.options import Options
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.library import DEFAULT_FILES
from alignment.records import mutable


@mutable
class Session:
    """One session. `base` is what was loaded and told; `kb` is how it is seen now."""

    files: tuple[str, ...]
    options: Options
    base: KnowledgeBase
    timing: bool = False
    hinted: bool = False
    told: list[str] = field(default_factory=list)
    saved: set[str] = field(default_factory=set)
    _seen: KnowledgeBase | None = None

    @classmethod
    def over(cls, files: Sequence[str], options: Options) -> Session:
        """A session over files, or over what comes with the package. Raises AlignmentError."""
        session = cls(tuple(files or DEFAULT_FILES), replace(options), loaded(files, options))
        session.look()
        return session

    @property
    def kb(self) -> KnowledgeBase:
        """The base with what is assumed, in the view chosen."""
        return self._seen or self.look()

    def look(self) -> KnowledgeBase:
        """See the base anew."""
        self._seen = self.seen_with(self.options)
        return self._seen

    def seen_with(self, options: Options) -> KnowledgeBase:
        """The base as it would be seen with other options."""
        return viewed(assuming(self.base, options.assume), options)

    def choose(self, options: Options) -> None:
        """See the base otherwise from now on; another engine means a new base with the same content."""
        before, told = (self.base, self.options), self.told
        if options.engine != self.options.engine:
            self.base, self.told = self._on_engine(options), []
        self.options = options
        try:
            self.base.time_limit = options.time_limit
            self.look()
        except BaseException:
            (self.base, self.options), self.told = before, told
            self.base.time_limit = self.options.time_limit
            raise

    def change(self, what: str, act: Callable[[], None]) -> None:
        """Change the base; if it can then not be seen (what is assumed may clash), take that back."""
        act()
        try:
            self.look()
        except BaseException:
            self.base.undo()
            raise
        self.told.append(what)

    def tell(self, text: str) -> None:
        """Add statements."""
        self.change(text, lambda: self.base.add(text))

    def undo(self) -> str | None:
        """Take back the last change; what it was, or None if there is none."""
        if not self.told or not self.base.undo():
            return None
        self.look()
        return self.told.pop()

    def view_words(self) -> list[str]:
        """What is not as usual about the view, in words."""
        given = self.options
        words = []
        if given.as_of is not None:
            words.append("at any time" if given.as_of == "ever" else f"as of {given.as_of}")
        if given.min_confidence:
            words.append(f"confidence {given.min_confidence:g} or more")
        if given.without:
            words.append(f"without {', '.join(given.without)}")
        if given.assume:
            words.append(f"assuming {' '.join(given.assume)}")
        return words

    def facts_and_rules(self) -> tuple[int, int]:
        """How many facts and rules the base holds."""
        checked = self.base.checked
        facts = sum(1 if isinstance(group, tree.Fact) else len(group) for group in checked.facts)
        return facts, len(checked.rules)

    def _on_engine(self, options: Options) -> KnowledgeBase:
        base = empty(options if options.engine == "spark" else replace(options, master=None))
        base.load(*self.base.state.names)
        told = self.base.session_text()
        if told:
            base.add(told)
        return base
