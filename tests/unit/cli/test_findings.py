"""What the rules found in a training, as the command line tells it."""

from __future__ import annotations

from pipeline.findings import Finding
from tests.support.cli_service import Kennel, Service
from tests.support.run_views import answer_of, run_at


def test_show_tells_what_the_rules_found_in_the_training(kennel: Kennel, deployed: Service) -> None:
    found = Finding("Overfit", 40, "the validation loss is 30 % above", stopped_job=True)
    run = answer_of(run_at("serving", findings=(found, Finding("DeadRelu", 8, "half are dead"))))
    deployed.answers["GET /runs"] = {"runs": [run]}
    deployed.answers["GET /runs/abcdefghij"] = run

    shown = kennel("runs", "show").stdout

    assert "rules found" in shown
    assert "Overfit (ended the training): the validation loss is 30 %" in shown
    assert "DeadRelu: half are dead" in shown
