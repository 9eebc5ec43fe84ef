"""One event, one name, one function, with everything that a function must have."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from pipeline.run_settings import RUN_RULES
from pipeline.settings import Settings, read_settings
from tests.support.compiled_template import REGION, Template
from tests.support.packaging import PROJECT, Deployment

ORDER = [
    "on_dataset_uploaded",
    "on_preparation_ended",
    "on_tuning_ended",
    "on_training_ended",
    "on_transform_ended",
    "on_part_predicted",
    "on_images_dropped",
    "reconcile",
    "expire_logs",
    "on_delivery_failed",
    "serve_dashboard",
]
EVENTS = {name for name in ORDER if name.startswith("on_")}
ASKED_BY_PULL = {"on_images_dropped", "on_delivery_failed"}  # a queue keeps what they fail on
ASKED_AND_ANSWERED = {"serve_dashboard"}  # the caller sees the failure


def stems(folder: Path, pattern: str) -> set[str]:
    return {path.stem for path in folder.glob(pattern)}


def environment_of(template: Template) -> dict[str, str]:
    variables: dict[str, str] = template.functions()["reconcile"]["Environment"]["Variables"]
    return variables


def test_functions_stand_in_the_order_in_which_a_run_meets_them(template: Template) -> None:
    assert list(template.functions()) == ORDER


def test_every_function_has_one_handler_file_of_its_name() -> None:
    assert stems(PROJECT / "handlers", "[!_]*.py") == set(ORDER)


def test_every_event_has_one_recorded_event_of_its_name() -> None:
    assert stems(PROJECT / "tests/events", "on_*.json") == EVENTS


def test_every_function_runs_the_handler_of_its_name(template: Template) -> None:
    handlers = {name: function["Handler"] for name, function in template.functions().items()}

    assert handlers == {name: f"handlers.{name}.handler" for name in ORDER}


def test_whoever_refers_to_a_whole_test_split_has_what_reconcile_has_for_it(
    template: Template,
) -> None:
    functions = template.functions()

    for limit in ("Timeout", "MemorySize"):
        assert functions["on_training_ended"][limit] == functions["reconcile"][limit]


def test_every_function_gets_exactly_the_settings_that_the_pipeline_reads(
    template: Template,
) -> None:
    own = {field.name for field in fields(Settings)} - {"region", "run"}
    read = {f"KENNEL_{name.upper()}" for name in own | set(RUN_RULES)}

    for function in template.functions().values():
        assert set(function["Environment"]["Variables"]) == read


def test_the_pipeline_accepts_the_settings_of_both_stages(
    dev: Deployment, local: Deployment
) -> None:
    for deployment, stage in ((dev, "dev"), (local, "local")):
        settings = read_settings(environment_of(deployment.template) | {"AWS_REGION": REGION})

        assert settings.stage == stage
        assert settings.training_image.startswith("763104351884.dkr.ecr.us-east-1.amazonaws.com/")


def test_the_environment_fits_lambdas_four_kilobytes(template: Template) -> None:
    size = sum(len(name) + len(value) for name, value in environment_of(template).items())

    assert size < 4096


def test_the_defaults_ask_for_two_cpu_instances_at_most(template: Template) -> None:
    variables = environment_of(template)
    settings = read_settings(variables | {"AWS_REGION": REGION})

    instances = {value for name, value in variables.items() if name.endswith("_INSTANCE")}

    assert instances == {"ml.c5.xlarge", "ml.m5.xlarge"}
    assert settings.run.tuning_parallel <= 2


def test_every_function_has_a_log_group_that_ends(template: Template) -> None:
    groups = {
        group["LogGroupName"]: group for _, group in template.resources("AWS::Logs::LogGroup")
    }

    assert set(groups) == {f"/aws/lambda/kennel-dev-{name}" for name in ORDER}
    assert all(group["RetentionInDays"] > 0 for group in groups.values())


def test_every_function_and_the_dead_letters_have_an_alarm_that_is_told(
    template: Template,
) -> None:
    alarms = [alarm for _, alarm in template.resources("AWS::CloudWatch::Alarm")]

    watched = {(alarm["MetricName"], alarm["Dimensions"][0]["Value"]) for alarm in alarms}

    errors = {("Errors", f"kennel-dev-{name}") for name in ORDER}
    others = {
        ("ApproximateNumberOfMessagesVisible", "kennel-dev-dead-letters"),
        ("ReconcileTroubles", "kennel"),
    }
    assert watched == errors | others
    assert all(alarm["AlarmActions"][0].endswith(":kennel-dev-notifications") for alarm in alarms)


def test_what_an_asynchronous_function_fails_on_is_kept(template: Template) -> None:
    configs = {
        config["FunctionName"].split("-", 2)[2]: config
        for _, config in template.resources("AWS::Lambda::EventInvokeConfig")
    }

    assert set(configs) == set(ORDER) - ASKED_BY_PULL - ASKED_AND_ANSWERED
    for config in configs.values():
        destination = config["DestinationConfig"]["OnFailure"]["Destination"]
        assert destination.endswith(":kennel-dev-delivery-failures")
        assert config["MaximumRetryAttempts"] == 2


def test_every_function_has_a_role_of_its_own(template: Template) -> None:
    roles = [function["Role"] for function in template.functions().values()]

    assert len(set(roles)) == len(ORDER)


def test_every_http_route_asks_for_an_iam_signature(template: Template) -> None:
    methods = [method for _, method in template.resources("AWS::ApiGateway::Method")]

    assert len(methods) == 5
    assert {method["AuthorizationType"] for method in methods} == {"AWS_IAM"}
