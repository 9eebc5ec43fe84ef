from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from training_code.data.splits import ObjectSample
from training_code.report.results import write_test_predictions


def test_test_predictions_are_a_line_an_image_with_the_digits_that_a_float32_has(
    tmp_path: Path,
) -> None:
    path = tmp_path / "test_predictions.jsonl"
    samples = [ObjectSample("a/1.jpg", 0, "00000.jpg"), ObjectSample("b/2.jpg", 1, "00001.jpg")]

    write_test_predictions(path, samples, np.array([[0.9, 0.1], [1 / 3, 2 / 3]], dtype=np.float32))

    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"object": "00000.jpg", "label": 0, "probabilities": [0.9, 0.1]},
        {"object": "00001.jpg", "label": 1, "probabilities": [0.3333333, 0.6666667]},
    ]
