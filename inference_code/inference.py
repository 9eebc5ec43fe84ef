"""The four functions that SageMaker's PyTorch inference containers call.

In a model archive this file is code/inference.py and the package lies beside it as
code/inference_code/: both can be replaced without training again.
"""

from __future__ import annotations

import sys
from pathlib import Path

BESIDE = Path(__file__).resolve().parent
if (BESIDE / "inference_code").is_dir() and str(BESIDE) not in sys.path:
    sys.path.insert(0, str(BESIDE))  # not every container puts code/ on the path

from inference_code.classifier import Answer, Classifier  # noqa: E402
from inference_code.decoding import Request, decoder_for  # noqa: E402
from inference_code.encoding import encoder_for  # noqa: E402


def model_fn(model_dir: str) -> Classifier:
    """Load the model from the unpacked archive."""
    return Classifier.load(Path(model_dir))


def input_fn(body: bytes | bytearray, content_type: str) -> Request:
    """Decode the request by its content type."""
    decode = decoder_for(content_type)
    return decode(bytes(body))


def predict_fn(request: Request, classifier: Classifier) -> Answer:
    return classifier.answer(request)


def output_fn(answer: Answer, accept: str) -> tuple[bytes, str]:
    """Encode the answer by what the caller accepts."""
    content_type, encode = encoder_for(accept)
    return encode(answer), content_type
