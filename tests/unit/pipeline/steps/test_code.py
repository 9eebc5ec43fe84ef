"""The code of a run's jobs lies under the digest that is its own."""

from __future__ import annotations

from pipeline.steps.code import with_code
from tests.fakes.services import fake_services
from tests.support.samples import run_in

OLD, NEW = "0" * 64, "1" * 64


def test_code_that_nobody_kept_before_a_deploy_is_not_replaced_by_new_code_of_its_name() -> None:
    run = run_in("preparing", source=OLD)
    services = fake_services(run)
    services.source.digest = NEW

    renewed = with_code(run, services)

    assert renewed.source == NEW
    assert services.run(run) == renewed
    assert services.objects.list(f"code/{OLD}/") == []
    assert len(services.objects.list(f"code/{NEW}/")) == 3


def test_code_that_is_kept_stays_the_run_s_own_after_a_deploy() -> None:
    run = run_in("preparing", source=OLD)
    services = fake_services(run)
    with_code(run, services)
    services.source.digest = NEW

    assert with_code(run, services) == run
    assert services.objects.list(f"code/{NEW}/") == []
