"""What the runtime says when an invocation has no answer; its codes differ from the API's."""

from __future__ import annotations

from localcloud.sagemaker.region.errors import ApiError

MODEL_ERROR = 424


class ModelError(ApiError):
    """The model answered with an error; the caller gets it with its original status."""

    def __init__(self, message: str, *, original_status: int, original_message: str) -> None:
        super().__init__("ModelError", message, status=MODEL_ERROR)
        self.original_status = original_status
        self.original_message = original_message


def model_error(endpoint: str, variant: str, status: int, text: str) -> ModelError:
    blame = "client" if status < 500 else "server"
    message = (
        f'Received {blame} error ({status}) from {variant} with message "{text}". See the log '
        f"group /aws/sagemaker/Endpoints/{endpoint} for more information."
    )
    return ModelError(message, original_status=status, original_message=text)


def not_found(name: str, account: str) -> ApiError:
    """The runtime gives it for endpoints that are not up yet as well."""
    return refused(f"Endpoint {name} of account {account} not found.")


def refused(message: str) -> ApiError:
    return ApiError("ValidationError", message)
