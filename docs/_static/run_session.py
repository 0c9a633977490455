"""Runs the examples of a page for run_worker.js, as a prompt of Python would, and compares.

The Python in the reader's browser loads this file, and the tests load it into theirs.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import contextvars
import difflib
import doctest
import gc
import importlib.util
import io
import json
import linecache
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

# Longer outputs of an example are cut: a loop that prints would fill the page.
LONGEST = 20_000
# Letters of an exception that the status repeats.
LONGEST_LINE = 200
# Seconds between two reports on a block that goes on and on.
PAUSE = 0.2
FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
# What a statement "expects" that has no counterpart on the page; no output ends so.
NOTHING = "\0\n"

CHECKER = doctest.OutputChecker()
PARSER = doctest.DocTestParser()


# --- What a block says -------------------------------------------------------------------------


def examples_of(block: dict[str, Any]) -> list[doctest.Example]:
    """Return the examples of a block, or those that the reader has made of it.

    A block has the `text` of the page, with the numbers of examples to `skip`, and, if the reader
    has changed it, the `code`, which has neither prompts nor outputs. A statement in it is
    compared with what the page has in its place.
    """
    found = PARSER.get_examples(block["text"])
    if "code" not in block:
        skip = block.get("skip", ())
        return [example for number, example in enumerate(found) if number not in skip]
    sources = statements(block["code"])
    own = [doctest.Example(source, NOTHING) for source in sources]
    matcher = difflib.SequenceMatcher(None, [each.source for each in found], sources, False)
    for _, start, end, own_start, own_end in matcher.get_opcodes():
        alike = end - start == own_end - own_start
        for there in found[start:end]:
            rest = sources[own_start:own_end]
            place = 0 if alike else _most_like(there.source, rest)
            if place is not None:
                here = own[own_start + place]
                here.want, here.exc_msg = there.want, there.exc_msg
                own_start += place + 1
    return own


def _most_like(source: str, sources: list[str]) -> int | None:
    """Find the statement that was made of this one, where others were added or taken away."""
    close = difflib.get_close_matches(source, sources, 1)
    return sources.index(close[0]) if close else None


def statements(code: str) -> list[str]:
    """Cut code into what one enters at one prompt; code that is no Python stays whole."""
    lines = code.rstrip().split("\n")
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ["\n".join(lines) + "\n"]
    if not body:
        return []
    starts: list[int] = []
    end = 0
    for statement in body:
        decorators = getattr(statement, "decorator_list", [])
        start = min([statement.lineno, *(each.lineno for each in decorators)])
        if start > end:  # else it stands behind a semicolon
            starts.append(start)
        end = statement.end_lineno or start
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    parts = (lines[start - 1 : end] for start, end in zip(starts, ends, strict=True))
    return ["\n".join(part).rstrip() + "\n" for part in parts]


def code_of(text: str) -> str:
    """Return the code of a block, without prompts and outputs."""
    return "".join(example.source for example in PARSER.get_examples(text)).removesuffix("\n")


def prompted(source: str) -> str:
    """Return the source as it looks at a prompt."""
    first, *rest = source.removesuffix("\n").split("\n")
    return "\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in rest)])


def modules_of(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the packages that the examples need, by the names that are imported."""
    names = {name for block in blocks for name in _modules(examples_of(block))}
    return sorted(names | ({"numpy"} if "tinygrad_ko" in names else set()))


def _modules(examples: list[doctest.Example]) -> Iterator[str]:
    for example in examples:
        with contextlib.suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(example.source)):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module.partition(".")[0]


def _without(blocks: list[dict[str, Any]], which: str) -> list[dict[str, Any]]:
    """Leave out of each block the examples whose numbers are in `which`."""
    return [{**block, "skip": json.loads(block.get(which, "[]"))} for block in blocks]


def missing(names: list[str]) -> list[str]:
    """Return those of the packages that are not there."""
    importlib.invalidate_caches()
    there = sys.modules
    return [each for each in names if each not in there and not importlib.util.find_spec(each)]


# --- Running -----------------------------------------------------------------------------------


class Text:
    """What was written, up to a length."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = LONGEST

    def add(self, text: str) -> None:
        if self._room > 0:
            cut = len(text) > self._room
            self._parts.append(text[: self._room] + ("\n…\n" if cut else ""))
            self._room -= len(text)

    def __str__(self) -> str:
        return "".join(self._parts)


class Stream(io.TextIOBase):
    """A file that writes into texts, and tells somebody."""

    def __init__(self, tell: Callable[[], None], *texts: Text) -> None:
        self._tell = tell
        self._texts = texts

    def write(self, text: str) -> int:
        for each in self._texts:
            each.add(text)
        self._tell()
        return len(text)


class Session:
    """The prompt behind the examples of a page: one set of names, and what made them.

    Parameters
    ----------
    send : callable
        Receives what the page shows, as JSON.
    load_imports, load_wheel : callable
        Load what some imports need, and a wheel from an address. They may fail, or load nothing.
    load_text : callable
        Returns the text at an address.
    """

    def __init__(
        self,
        send: Callable[[str], None],
        load_imports: Callable[[str], Awaitable[Any]],
        load_wheel: Callable[[str], Awaitable[Any]],
        load_text: Callable[[str], Awaitable[str]],
    ) -> None:
        self._json = send
        self._load_imports = load_imports
        self._load_wheel = load_wheel
        self._load_text = load_text
        # How NumPy prints, what decimal rounds to: one context for all blocks, which the tasks
        # that answer would otherwise each have of their own.
        self._untouched = contextvars.copy_context()
        self.begin()

    def _send(self, **message: Any) -> None:
        self._json(json.dumps(message))

    async def answer(self, request: str) -> None:
        """Run the last of the blocks in a request, and before it what it builds upon.

        A block has the `text` and the `number` that it has on the page; the `code` in its place,
        if the reader changed it; and the numbers of its prompts that cannot run in a browser
        (`skip`) and that need a package (`heavy`), both as JSON.
        """
        given = json.loads(request)
        *_, pressed = given["blocks"]
        session = pressed.get("session")
        blocks = [each for each in given["blocks"] if each.get("session") == session]
        for block in blocks:
            if block.get("code") == code_of(block["text"]):
                del block["code"]
        self._send(number=pressed["number"], code=code_of(pressed["text"]), lines=[])
        # What needs no package does not wait for one, nor need the examples before it that do.
        light = "heavy" not in pressed
        chosen = _without(blocks, "heavy" if light and "code" not in pressed else "skip")
        lost = await self._load(chosen, given)
        if lost:
            if not light:
                self._send(end="noPackages", value=", ".join(lost))
                return
            chosen = _without(blocks, "heavy")
        self._send(state="running")
        self.run(chosen, ", ".join(lost))

    async def _load(self, blocks: list[dict[str, Any]], given: dict[str, Any]) -> list[str]:
        """Load what the blocks need; return the names of the packages that cannot be had."""
        known = given["packages"]
        names = missing(modules_of(blocks))
        if labels := [known[name] for name in names if name in known]:
            self._send(state="packages", value=", ".join(labels))
        # What did not come is asked for at the end.
        if names:
            with contextlib.suppress(Exception):
                await self._load_imports("\n".join(f"import {name}" for name in names))
        if "tinygrad_ko" in names:
            with contextlib.suppress(Exception):
                await self._load_wheel(given["python"] + given["wheel"])
        for name in given["files"]:
            file = Path(name)
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(await self._load_text(given["python"] + name), encoding="utf-8")
        return [known[name] for name in missing(names) if name in known]

    def begin(self) -> None:
        """Forget all names, and how things were set."""
        self.names: dict[str, Any] = {}
        gc.collect()
        self.names["__name__"] = "__main__"
        self._context = self._untouched.copy()
        self._ran: list[Any] = []
        self._flags = 0

    def run(self, blocks: list[dict[str, Any]], lost: str = "") -> None:
        """Run the blocks in their order; the last is the one that the reader asked for.

        It goes on where the last run ended if the blocks before the last are what has run so
        far. Otherwise it begins anew, so that the result is always that of the page from its
        beginning to that block.
        """
        keys = [(each["text"], each.get("code"), each.get("skip")) for each in blocks]
        done = len(self._ran)
        if done >= len(blocks) or self._ran != keys[:done]:
            self.begin()
            done = 0
        earlier = 0
        *before, pressed = blocks[done:]
        for block, key in zip(before, keys[done:], strict=False):
            results = self._run_block(block)
            self._ran.append(key)
            if block.get("skip"):
                continue
            wrong = _differing(results) or _raised(results)
            if wrong:
                earlier = earlier or block["number"]
            if wrong or block.get("shown"):
                self._report(block, results)
        results = self._run_block(pressed, shown=True)
        self._ran.append(keys[-1])
        differs, raised = _differing(results), _raised(results)
        if differs:
            end = "differs"
        elif raised:
            end = "raised"
        elif not any(str(each.got) for each in results):
            end = "quiet"
        else:
            end = "same" if all(each.same for each in results) else "done"
        value = raised if end == "raised" else differs
        self._send(end=end, value=value, lost=lost if differs else "", earlier=earlier)

    def _run_block(self, block: dict[str, Any], shown: bool = False) -> list[Result]:
        results: list[Result] = []
        sent = time.monotonic()

        def tell() -> None:
            nonlocal sent
            if shown and time.monotonic() - sent > PAUSE:
                self._report(block, results)
                sent = time.monotonic()

        for number, example in enumerate(examples_of(block), 1):
            result = Result(example)
            results.append(result)
            self._run_example(result, f"<example {block['number']}, prompt {number}>", tell)
            tell()
        if shown:
            self._report(block, results)
        return results

    def _report(self, block: dict[str, Any], results: list[Result]) -> None:
        lines = [line for result in results for line in result.lines()]
        self._send(number=block["number"], code=code_of(block["text"]), lines=lines)

    def _run_example(self, result: Result, file: str, tell: Callable[[], None]) -> None:
        """Run one example; `file` is its name in tracebacks."""
        compared = Text()
        message = None
        source = result.example.source
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        hook, sys.displayhook = sys.displayhook, sys.__displayhook__
        with (
            contextlib.redirect_stdout(Stream(tell, result.got, compared)),
            contextlib.redirect_stderr(Stream(tell, result.got)),
        ):
            try:
                ast.parse(source, file)  # it says better what is wrong with several statements
                code = compile(source, file, "single", self._flags, dont_inherit=True)
                self._flags |= code.co_flags & FUTURE
                self._context.run(exec, code, self.names)
            except BaseException as error:  # SystemExit too: this session goes on
                message = _explain(error, result.got)
            finally:
                sys.displayhook = hook
        if result.example.want != NOTHING:
            result.same = _fits(result.example, str(compared), message)
        elif message is not None:
            lines = message.rstrip().split("\n")
            # A line of code and a mark come before the message of a SyntaxError.
            line = lines[-1 if lines[0].startswith("  File ") else 0]
            result.raised = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


class Result:
    """What an example did.

    `same` is whether the page says so; if it says nothing, `raised` is the exception, in a line.
    """

    def __init__(self, example: doctest.Example) -> None:
        self.example = example
        self.got = Text()
        self.same: bool | None = None
        self.raised = ""

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what the page shows of it, each text with its kind."""
        yield "input", prompted(self.example.source)
        got = str(self.got).removesuffix("\n")
        if self.same is False:
            yield "differs", got
            yield "page", self.example.want.removesuffix("\n").replace("<BLANKLINE>", "")
        elif got:
            yield "output", got


def _differing(results: list[Result]) -> int:
    return sum(result.same is False for result in results)


def _raised(results: list[Result]) -> str:
    return next((result.raised for result in results if result.raised), "")


def _explain(error: BaseException, shown: Text) -> str:
    """Write the traceback from the reader's own line on, and return what doctest compares."""
    report = traceback.TracebackException.from_exception(error)
    if report.stack and report.stack[0].filename == _explain.__code__.co_filename:
        del report.stack[0]
    message = "".join(report.format_exception_only())
    # Without a line that ran, it is Python that could not read the code.
    shown.add("".join(report.format()) if report.stack else message)
    return message


def _fits(example: doctest.Example, got: str, message: str | None) -> bool:
    """Whether an example did what the page says, as doctest decides it."""
    want = example.want
    if (message is None) != (example.exc_msg is None):
        return False
    if message is not None and example.exc_msg is not None:
        want, got = example.exc_msg, message
    return CHECKER.check_output(want, got, doctest.ELLIPSIS)
