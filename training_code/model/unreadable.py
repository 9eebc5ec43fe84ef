"""What torch.load raises for a file that is not what it should be."""

from __future__ import annotations

import struct

# Of a file that is no checkpoint: the unpickler takes its bytes for instructions.
UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,  # RecursionError, too
    TypeError,
    ValueError,
    struct.error,
)
