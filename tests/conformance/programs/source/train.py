"""A training script that learns nothing: a loss that falls, a model that is a text."""

import argparse
import os
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--optimizer", default="sgd")
parser.add_argument("--patience", type=float, default=0.0)
arguments, _ = parser.parse_known_args()

for epoch in range(1, arguments.epochs + 1):
    print(f"valid loss={abs(arguments.lr - 0.1) + 1 / epoch:.4f} epoch={epoch}", flush=True)
    time.sleep(arguments.patience)

inputs = [str(path) for path in Path("/opt/ml/input/data").rglob("*.txt")]
model = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
(model / "model.txt").write_text(f"lr={arguments.lr} inputs={len(inputs)}")
