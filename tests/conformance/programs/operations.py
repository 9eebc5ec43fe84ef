"""The operations of a client's program: run in order, each told as one line of JSON."""

import json
import sys
import traceback

_operations = []


def operation(function):
    """One thing that a user of the client does; it fails by an exception."""
    _operations.append(function)
    return function


def run():
    """Whatever an operation itself prints goes to standard error."""
    told, sys.stdout = sys.stdout, sys.stderr
    for function in _operations:
        try:
            function()
            error = None
        except Exception:
            error = traceback.format_exc()
        line = {"operation": function.__name__, "error": error}
        print(json.dumps(line), file=told, flush=True)
