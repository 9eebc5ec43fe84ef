"""CloudFormation takes templates that a linter would not.

moto runs cfn-lint over each template and takes warnings for errors; CloudFormation has no lint.
"""

from __future__ import annotations

from typing import Any

import moto.cloudformation.models

from localcloud.aws.patches.patch import Patch


def _accept_template(template: str) -> list[Any]:  # noqa: ARG001
    return []


PATCHES = (Patch(moto.cloudformation.models, "validate_template_cfn_lint", _accept_template),)
