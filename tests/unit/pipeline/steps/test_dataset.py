from __future__ import annotations

from pipeline.steps.dataset import accept_dataset
from tests.fakes.services import fake_services
from tests.support.samples import CLASSES, dataset_zip, run_in, upload
from tests.support.uploads import only_run, uploaded


def test_a_sound_data_set_is_prepared() -> None:
    services = fake_services()

    accept_dataset(uploaded(services), services)

    run = only_run(services)
    assert run.state == "preparing"
    assert run.dataset.classes == CLASSES
    assert run.jobs == {"preparation": f"kennel-test-preparation-{run.id}"}
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is accepted"]


def test_the_report_and_the_code_of_the_jobs_are_in_the_bucket() -> None:
    services = fake_services()

    accept_dataset(uploaded(services), services)

    run = only_run(services)
    assert services.objects.json(f"runs/{run.id}/dataset_report.json")["accepted"] is True
    verdict = services.objects.json(f"runs/{run.id}/gate/verdict.json")
    assert (verdict["archive"]["version"], verdict["classes"]) == ("v1", list(CLASSES))
    bundle = f"code/{'0' * 64}/tuning/sourcedir.tar.gz"
    assert services.objects.read(bundle) == b"a tar.gz for tuning"
    assert services.objects.content_types[bundle] == "application/gzip"


def test_the_version_that_the_event_names_is_judged() -> None:
    services = fake_services()
    event = uploaded(services)
    services.objects.put("datasets/dogs.zip", b"overwritten since")

    accept_dataset(event, services)

    assert only_run(services).state == "preparing"


def test_a_refused_data_set_is_a_rejected_run_with_a_report() -> None:
    services = fake_services()

    accept_dataset(uploaded(services, b"no zip at all"), services)

    run = only_run(services)
    report = services.objects.json(f"runs/{run.id}/dataset_report.json")
    assert run.state == "rejected"
    assert run.reason
    assert run.reason == report["findings"][0]["message"]
    assert services.objects.list(f"runs/{run.id}/gate/") == []
    assert services.jobs.names() == []
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is rejected"]


def test_a_data_set_deleted_before_it_was_read_is_rejected_with_that_reason() -> None:
    services = fake_services()

    accept_dataset(upload(), services)

    assert only_run(services).state == "rejected"
    assert "was deleted before it was read: upload it again" in (only_run(services).reason or "")


def test_a_run_keeps_the_version_that_was_judged() -> None:
    services = fake_services()
    event = uploaded(services, dataset_zip())
    services.objects.put("datasets/dogs.zip", b"overwritten since")

    accept_dataset(event, services)

    run = only_run(services)
    assert services.objects.read(f"checked/{run.id}/dataset.zip") == dataset_zip()


def test_a_zip_that_vanished_before_it_was_copied_fails_its_run_in_a_sentence() -> None:
    services = fake_services(run_in("preparing", jobs={}))
    [run] = services.runs.all()
    services.objects.destroy(f"checked/{run.id}/dataset.zip")

    accept_dataset(run.upload, services)

    assert only_run(services).state == "failed"
    assert only_run(services).reason == (
        "datasets/dogs.zip was deleted or overwritten before the run had a copy of it: upload it "
        "again"
    )


def test_a_preparation_over_the_quota_waits() -> None:
    services = fake_services()
    services.jobs.refuse("preparation")

    accept_dataset(uploaded(services), services)

    run = only_run(services)
    assert run.state == "preparing"
    assert run.quota_wait
    assert run.quota_wait.reason == "limit is 0 Instances"
    assert run.jobs == {}
