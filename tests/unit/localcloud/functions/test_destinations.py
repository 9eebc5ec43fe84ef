"""Where asynchronous invocations end that failed for good."""

from __future__ import annotations

from tests.support.fixture_service import Deployed
from tests.support.waiting import eventually


def test_a_destination_gets_lambdas_record(deployed: Deployed) -> None:
    deployed.invoke_later("fails", {"what": "this"})

    record = deployed.found("failures", lambda body: body["requestPayload"] == {"what": "this"})

    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["requestContext"]["functionArn"].endswith(":fixture-local-fails:$LATEST")
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "cannot do this"


def test_a_dead_letter_queue_gets_the_event_and_the_error(deployed: Deployed) -> None:
    deployed.invoke_later("buries", {"what": "that"})

    message = eventually(lambda: deployed.taken("dead-letters"))[0]

    assert message["Body"] == '{"what": "that"}'
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "cannot do that"
