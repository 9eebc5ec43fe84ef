"""Events in the form that AWS documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).parents[1] / "unit/localcloud/sagemaker/region/documented_events.json"
DOCUMENTED = {kind: set(keys) for kind, keys in json.loads(DOCUMENTS.read_text()).items()}


# Known to the event's schema, though not in the documented example.
ALSO_KNOWN = {"ModelArtifacts", "TuningJobArn", "DebugRuleEvaluationStatuses", "FailureReason"}


# Members that the documented examples show because their requests had them.
OPTIONAL = {"VpcConfig", "NetworkConfig", "FailureReason", "ExperimentConfig", "StoppingCondition"}


Event = dict[str, Any]


def assert_documented(event: Event) -> None:
    """All documented keys, and none that AWS does not know."""
    documented, found = DOCUMENTED[event["detail-type"]], set(event["detail"])
    assert documented - found <= OPTIONAL
    assert found - documented <= ALSO_KNOWN
