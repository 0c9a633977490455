"""Run examples as doctest does, inside a Python that has the standard library alone.

That Python runs the text of this file and calls `report` with a list of (source, want, message of
the exception or None, line), in JSON.
"""

import doctest
import json
import sys
import traceback
import warnings


class Reporter(doctest.DocTestRunner):
    """A runner that keeps what went wrong instead of printing it."""

    def __init__(self):
        super().__init__(optionflags=doctest.ELLIPSIS)
        self.problems = []

    def report_start(self, out, test, example):
        pass

    def report_failure(self, out, test, example, got):
        self.problems.append([example.lineno, example.source, example.want, got])

    def report_unexpected_exception(self, out, test, example, exc_info):
        got = "".join(traceback.format_exception_only(*exc_info[:2]))
        self.problems.append([example.lineno, example.source, example.want, got])


def report(text):
    """Run them as one session; say which Python it was, how many ran, and what went wrong."""
    examples = [doctest.Example(*each) for each in json.loads(text)]
    session = doctest.DocTest(examples, {"__name__": "__main__"}, "page", "page", 0, None)
    runner = Reporter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = runner.run(session)
    found = {
        "version": sys.version_info[:3],
        "platform": sys.platform,
        "ran": results.attempted,
        "problems": runner.problems,
    }
    return json.dumps(found)
