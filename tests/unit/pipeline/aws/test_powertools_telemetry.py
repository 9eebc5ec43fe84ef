from __future__ import annotations

import io
import json

import pytest
from aws_lambda_powertools import Logger

from pipeline.aws.powertools_telemetry import PowertoolsTelemetry


def test_a_line_is_json_with_its_details() -> None:
    stream = io.StringIO()
    logger = Logger(service="kennel", stream=stream, log_uncaught_exceptions=False)
    telemetry = PowertoolsTelemetry(logger, namespace="Kennel", service="kennel", stage="test")

    telemetry.log("run is tuning", run="r", state="tuning", reason=None)

    line = json.loads(stream.getvalue().splitlines()[-1])
    assert (line["message"], line["run"], line["state"]) == ("run is tuning", "r", "tuning")
    assert line["service"] == "kennel"


def test_a_figure_is_written_at_once_as_an_embedded_metric(
    capsys: pytest.CaptureFixture[str],
) -> None:
    telemetry = PowertoolsTelemetry(
        Logger(service="kennel", stream=io.StringIO()),
        namespace="Kennel",
        service="kennel",
        stage="test",
    )

    telemetry.count("ImagesPredicted", 7)

    line = json.loads(capsys.readouterr().out)
    assert line["ImagesPredicted"] == [7.0]
    [metric] = line["_aws"]["CloudWatchMetrics"]
    assert metric["Namespace"] == "Kennel"
    assert metric["Dimensions"] == [["stage", "service"]]
