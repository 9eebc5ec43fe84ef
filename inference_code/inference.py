"""The four functions that SageMaker's PyTorch inference containers call.

In a model archive this file is code/inference.py and the package lies beside it as
code/inference_code/: both can be replaced without training again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BESIDE = Path(__file__).resolve().parent
if (BESIDE / "inference_code").is_dir() and str(BESIDE) not in sys.path:
    sys.path.insert(0, str(BESIDE))  # not every container puts code/ on the path

from inference_code.answers import Answer  # noqa: E402
from inference_code.classifier import Classifier  # noqa: E402
from inference_code.decoders import Decoders  # noqa: E402
from inference_code.decoding import Request, decoder_for  # noqa: E402
from inference_code.encoding import encoder_for  # noqa: E402
from inference_code.refusals import RequestRefused  # noqa: E402
from inference_code.s3_reader import S3Reader  # noqa: E402
from inference_code.service import Service  # noqa: E402


@contextmanager
def _with_status() -> Iterator[None]:
    """The toolkit answers 500 to all that is not an error of its own."""
    try:
        yield
    except RequestRefused as error:
        try:
            from sagemaker_inference.errors import GenericInferenceToolkitError
        except ModuleNotFoundError:
            raise error from None  # another server, which has its own way
        raise GenericInferenceToolkitError(error.status, str(error), str(error)) from error


def model_fn(model_dir: str) -> Service:
    """Load the model from the unpacked archive."""
    classifier = Classifier.load(Path(model_dir))
    decoders = Decoders(classifier.card.preprocessing)
    return Service(classifier=classifier, decoders=decoders, reader=S3Reader())


@_with_status()
def input_fn(body: bytes | bytearray, content_type: str) -> Request:
    """Decode the request by its content type."""
    decode = decoder_for(content_type)
    return decode(bytes(body))


@_with_status()
def predict_fn(request: Request, service: Service) -> Answer:
    return service.answer(request)


@_with_status()
def output_fn(answer: Answer, accept: str) -> tuple[bytes, str]:
    """Encode the answer by what the caller accepts."""
    content_type, encode = encoder_for(accept)
    return encode(answer), content_type
