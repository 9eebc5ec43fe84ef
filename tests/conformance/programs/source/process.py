"""A processing script: copies its inputs in capitals."""

from pathlib import Path

for path in Path("/opt/ml/processing/input").rglob("*.txt"):
    (Path("/opt/ml/processing/output") / path.name).write_text(path.read_text().upper())
