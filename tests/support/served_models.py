"""Models to serve with: a real network in ONNX, which judges by the mean colour of the picture."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inference_code.card import ModelCard
from inference_code.classifier import INPUT_NAME, MODEL_FILE
from tests.support.cards import example_card

# [classes, channels]: the first class is red, the second blue.
WEIGHTS = np.array([[2.0, 0.0, -2.0], [-2.0, 0.0, 2.0]], dtype=np.float32)


def write_model(folder: Path) -> ModelCard:
    """model.json and model.onnx, as the training leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    network = _network()
    card = dataclasses.replace(example_card(), digest=hashlib.sha256(network).hexdigest())
    (folder / MODEL_FILE).write_bytes(network)
    card.write(folder)
    return card


def _network() -> bytes:
    """Images [n, 3, crop, crop] to logits [n, 2]."""
    size: list[int | str] = ["images", 3, 224, 224]
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", [INPUT_NAME], ["mean"]),
            helper.make_node("Flatten", ["mean"], ["colour"]),
            helper.make_node("Gemm", ["colour", "weights"], ["logits"], transB=1),
        ],
        "mean colour",
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, size)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["images", 2])],
        [numpy_helper.from_array(WEIGHTS, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content
