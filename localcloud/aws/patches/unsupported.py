"""What moto does not know is refused in a sentence, in the form that the service's clients read.

moto raises NotImplementedError, which its server answers with a page of HTML and status 500;
clients then say that they cannot parse it, after several retries.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

from localcloud.aws.patches.patch import Patch

_call_action_of_moto: Any = BaseResponse.call_action


def _call_action(response: BaseResponse) -> Any:
    try:
        return _call_action_of_moto(response)
    except NotImplementedError:
        operation = f"{response.boto3_service_name}:{response._get_action()}"
        refusal = _refusal_of(type(response).__module__)(
            "UnsupportedOperation", f"The local cloud does not support {operation}."
        )
        return response.serialized(ActionResult(refusal))


def _refusal_of(module: str) -> type[ServiceException]:
    """moto knows by the module of an exception which service's form it is answered in."""
    return type("Refusal", (ServiceException,), {"__module__": module})


PATCHES = (Patch(BaseResponse, "call_action", _call_action),)
