"""SageMaker Python SDK 2, with nothing but local.env."""

import tarfile
import tempfile
import time
from pathlib import Path

import numpy as np
import sagemaker
from operations import operation, run
from sagemaker.analytics import TrainingJobAnalytics
from sagemaker.async_inference import AsyncInferenceConfig
from sagemaker.async_inference.waiter_config import WaiterConfig
from sagemaker.deserializers import NumpyDeserializer
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.model_monitor import DataCaptureConfig
from sagemaker.predictor import Predictor
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.pytorch import PyTorch
from sagemaker.serializers import NumpySerializer
from sagemaker.tuner import (
    CategoricalParameter,
    ContinuousParameter,
    HyperbandStrategyConfig,
    HyperparameterTuner,
    StrategyConfig,
    create_transfer_learning_tuner,
)

HERE = Path(__file__).parent
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-cpu-py312"
METRICS = [{"Name": "valid:loss", "Regex": r"valid loss=(\S+)"}]
RANGES = {"lr": ContinuousParameter(0.01, 0.9), "optimizer": CategoricalParameter(["sgd", "adam"])}
INSTANCE = "ml.m5.xlarge"

session = sagemaker.Session()
bucket = session.default_bucket()
role = session.sagemaker_config["SageMaker"]["TrainingJob"]["RoleArn"]


def named(kind):
    return f"sdk2-{kind}-{time.time_ns() // 1_000_000 % 10**9}"


def estimator(**settings):
    return PyTorch(
        entry_point="train.py",
        source_dir=str(HERE / "source"),
        role=role,
        image_uri=IMAGE,
        instance_count=1,
        instance_type=INSTANCE,
        hyperparameters={"epochs": 3, "optimizer": "adam"},
        metric_definitions=METRICS,
        **settings,
    )


def tuner(**settings):
    defaults = {
        "estimator": estimator(),
        "objective_metric_name": "valid:loss",
        "hyperparameter_ranges": RANGES,
        "metric_definitions": METRICS,
        "objective_type": "Minimize",
        "max_jobs": 3,
        "max_parallel_jobs": 2,
    }
    return HyperparameterTuner(**defaults | settings)


def tuned(chosen, **settings):
    chosen.fit(job_name=named("tune"), wait=True, **settings)
    assert chosen.best_training_job(), chosen.describe()
    return chosen


def packed_model():
    """The URI of a model.tar.gz with code/inference.py."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "model.tar.gz")
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(HERE / "model" / "inference.py", "code/inference.py")
        return session.upload_data(str(archive), key_prefix="models/double")


def model(**settings):
    return Model(
        image_uri=IMAGE,
        model_data=packed_model(),
        role=role,
        env={"SAGEMAKER_PROGRAM": "inference.py"},
        predictor_cls=Predictor,
        sagemaker_session=session,
        **settings,
    )


@operation
def default_bucket_and_upload():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.txt").write_text("one")
        uri = session.upload_data(folder, key_prefix="inputs")
    assert uri == f"s3://{bucket}/inputs"


@operation
def estimator_fit_with_logs_and_inputs():
    one = estimator()
    one.fit({"training": f"s3://{bucket}/inputs"}, job_name=named("train"), logs="All")
    assert one.model_data.endswith("model.tar.gz")


@operation
def estimator_attach_and_analytics():
    one = estimator()
    one.fit(job_name=named("train"), logs="None")
    name = one.latest_training_job.name
    assert int(PyTorch.attach(name).hyperparameters()["epochs"]) == 3
    assert Estimator.attach(name).model_data == one.model_data
    assert len(TrainingJobAnalytics(name, ["valid:loss"]).dataframe()) > 0


@operation
def estimator_stop():
    one = estimator()
    one.set_hyperparameters(epochs=100, patience=1)
    one.fit(job_name=named("stop"), wait=False)
    name = one.latest_training_job.name
    session.stop_training_job(name)
    described = session.wait_for_job(name)
    assert described["TrainingJobStatus"] in {"Stopping", "Stopped"}, described


@operation
def spot_training():
    one = estimator(use_spot_instances=True, max_run=60, max_wait=120)
    one.fit(job_name=named("spot"), logs="None")
    assert one.latest_training_job.describe()["EnableManagedSpotTraining"] is True


@operation
def tuner_fit_attach_and_analytics():
    one = tuned(tuner())
    again = HyperparameterTuner.attach(one.latest_tuning_job.name)
    assert again.best_training_job() == one.best_training_job()
    assert again.best_estimator().hyperparameters()
    assert len(one.analytics().dataframe()) == 3


@operation
def tuner_random():
    tuned(tuner(strategy="Random"))


@operation
def tuner_grid():
    ranges = {"optimizer": CategoricalParameter(["sgd", "adam"])}
    tuned(tuner(strategy="Grid", hyperparameter_ranges=ranges, max_jobs=2))


@operation
def tuner_hyperband():
    resources = HyperbandStrategyConfig(max_resource=9, min_resource=1)
    config = StrategyConfig(hyperband_strategy_config=resources)
    tuned(tuner(strategy="Hyperband", strategy_config=config))


@operation
def tuner_warm_starts():
    parent = tuned(tuner())
    name = parent.latest_tuning_job.name
    identical = parent.identical_dataset_and_algorithm_tuner()
    transferred = create_transfer_learning_tuner(name, estimator=estimator())
    for child in (identical, transferred):
        child.metric_definitions = METRICS  # the SDK's helpers drop them
        tuned(child)


@operation
def tuner_of_several_definitions():
    several = HyperparameterTuner.create(
        estimator_dict={"low": estimator(), "high": estimator()},
        objective_metric_name_dict={"low": "valid:loss", "high": "valid:loss"},
        hyperparameter_ranges_dict={
            "low": {"lr": ContinuousParameter(0.01, 0.2)},
            "high": {"lr": ContinuousParameter(0.5, 0.9)},
        },
        metric_definitions_dict={"low": METRICS, "high": METRICS},
        objective_type="Minimize",
        max_jobs=3,
        max_parallel_jobs=2,
    )
    tuned(several, include_cls_metadata={})


@operation
def tuner_stop():
    one = tuner(max_jobs=20)
    one.estimator.set_hyperparameters(patience=1)
    one.fit(job_name=named("stop"), wait=False)
    one.stop_tuning_job()
    session.wait_for_tuning_job(one.latest_tuning_job.name)
    assert one.describe()["HyperParameterTuningJobStatus"] == "Stopped"


@operation
def script_processor():
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python3"], role=role, instance_count=1, instance_type=INSTANCE
    )
    destination = f"s3://{bucket}/processed"
    processor.run(
        code=str(HERE / "source" / "process.py"),
        inputs=[ProcessingInput(f"s3://{bucket}/inputs", "/opt/ml/processing/input")],
        outputs=[ProcessingOutput("/opt/ml/processing/output", destination)],
        job_name=named("process"),
    )
    assert session.read_s3_file(bucket, "processed/a.txt") == "ONE"


@operation
def transformer():
    one = model(name=named("model")).transformer(
        1, INSTANCE, output_path=f"s3://{bucket}/transformed", accept="text/plain"
    )
    one.transform(f"s3://{bucket}/inputs/a.txt", content_type="text/plain", job_name=named("t"))
    assert session.list_s3_files(bucket, "transformed")


@operation
def endpoint_with_arrays():
    predictor = model(name=named("model")).deploy(1, INSTANCE, endpoint_name=named("endpoint"))
    predictor.serializer, predictor.deserializer = NumpySerializer(), NumpyDeserializer()
    try:
        assert predictor.predict(np.ones((2, 3))).tolist() == np.full((2, 3), 2.0).tolist()
    finally:
        predictor.delete_endpoint()


@operation
def endpoint_asynchronous():
    config = AsyncInferenceConfig(output_path=f"s3://{bucket}/asynchronous")
    predictor = model(name=named("model")).deploy(
        1, INSTANCE, endpoint_name=named("later"), async_inference_config=config
    )
    try:
        sent = predictor.predict_async("rex", initial_args={"ContentType": "text/plain"})
        assert sent.get_result(WaiterConfig(max_attempts=20, delay=1)) == b"REX"
    finally:
        predictor.delete_endpoint()


@operation
def model_package_and_data_capture():
    package = model(name=named("model")).register(
        content_types=["text/plain"],
        response_types=["text/plain"],
        inference_instances=[INSTANCE],
        transform_instances=[INSTANCE],
        model_package_group_name=named("group"),
        approval_status="PendingManualApproval",
    )
    package.update_approval_status("Approved")
    name = named("captured")
    capture = DataCaptureConfig(True, 100, destination_s3_uri=f"s3://{bucket}/captured")
    package.deploy(1, INSTANCE, endpoint_name=name, data_capture_config=capture)
    predictor = Predictor(name)
    try:
        assert predictor.predict("rex", initial_args={"ContentType": "text/plain"}) == b"REX"
    finally:
        predictor.delete_endpoint()


run()
