"""SageMaker Python SDK 3, with nothing but local.env."""

import io
import tarfile
import tempfile
import time
from pathlib import Path

import boto3
from operations import operation, run
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.parameter import CategoricalParameter, ContinuousParameter
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.resources import (
    Endpoint,
    EndpointConfig,
    Model,
    ModelPackageGroup,
    TrainingJob,
)
from sagemaker.core.shapes import (
    ContainerDefinition,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    ProductionVariant,
)
from sagemaker.core.training.configs import StoppingCondition
from sagemaker.core.transformer import Transformer
from sagemaker.serve import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode
from sagemaker.train.distributed import Torchrun
from sagemaker.train.tuner import HyperparameterTuner

HERE = Path(__file__).parent
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-cpu-py312"
INSTANCE = "ml.m5.xlarge"

session = Session()
bucket = session.default_bucket()
role = session.sagemaker_config["SageMaker"]["TrainingJob"]["RoleArn"]
s3 = boto3.client("s3")
runtime = boto3.client("sagemaker-runtime")


def named(kind):
    return f"sdk3-{kind}-{time.time_ns() // 1_000_000 % 10**9}"


def trainer(**settings):
    defaults = {
        "training_image": IMAGE,
        "source_code": SourceCode(source_dir=str(HERE / "source"), entry_script="train.py"),
        "compute": Compute(instance_type=INSTANCE, instance_count=1),
        "hyperparameters": {"epochs": 3},
        "base_job_name": "sdk3",
    }
    return ModelTrainer(**defaults | settings)


def trained(one, **settings):
    one.train(**settings)
    job = one._latest_training_job
    assert job.training_job_status == "Completed", job.failure_reason
    return job


def container():
    with io.BytesIO() as body:
        with tarfile.open(fileobj=body, mode="w:gz") as tar:
            tar.add(HERE / "model" / "inference.py", "code/inference.py")
        s3.put_object(Bucket=bucket, Key="models/sdk3.tar.gz", Body=body.getvalue())
    return ContainerDefinition(
        image=IMAGE,
        model_data_url=f"s3://{bucket}/models/sdk3.tar.gz",
        environment={"SAGEMAKER_PROGRAM": "inference.py"},
    )


@operation
def train_with_logs_and_local_inputs():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.txt").write_text("one")
        inputs = [InputData(channel_name="training", data_source=folder)]
        trained(trainer(), input_data_config=inputs, logs=True)


@operation
def train_with_a_command():
    source = SourceCode(source_dir=str(HERE / "source"), command="python train.py --lr 0.2")
    trained(trainer(source_code=source))


@operation
def train_with_torchrun():
    trained(trainer(distributed=Torchrun()))


@operation
def train_on_spot():
    compute = Compute(instance_type=INSTANCE, instance_count=1, enable_managed_spot_training=True)
    limits = StoppingCondition(max_runtime_in_seconds=60, max_wait_time_in_seconds=120)
    trained(trainer(compute=compute, stopping_condition=limits))


@operation
def stop_training():
    one = trainer(hyperparameters={"epochs": 100, "patience": 1})
    one.train(wait=False)
    job = one._latest_training_job
    job.stop()
    job.wait()
    assert job.training_job_status == "Stopped"


@operation
def find_jobs():
    names = [job.training_job_name for job in TrainingJob.get_all()]
    assert any(name.startswith("sdk3") for name in names)


def tuned(**settings):
    defaults = {
        "model_trainer": trainer(),
        "objective_metric_name": "valid:loss",
        "metric_definitions": [{"Name": "valid:loss", "Regex": r"valid loss=(\S+)"}],
        "objective_type": "Minimize",
        "hyperparameter_ranges": {"lr": ContinuousParameter(0.01, 0.9)},
        "max_jobs": 3,
        "max_parallel_jobs": 2,
    }
    one = HyperparameterTuner(**defaults | settings)
    one.tune(job_name=named("tune"), wait=True)
    assert one.best_training_job()
    return one


@operation
def tune_bayesian_with_analytics():
    assert len(tuned().analytics().dataframe()) == 3


@operation
def tune_random():
    tuned(strategy="Random")


@operation
def tune_grid():
    ranges = {"optimizer": CategoricalParameter(["sgd", "adam"])}
    tuned(strategy="Grid", hyperparameter_ranges=ranges, max_jobs=2)


@operation
def script_processor():
    s3.put_object(Bucket=bucket, Key="sdk3/inputs/a.txt", Body=b"one")
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python3"], role=role, instance_count=1, instance_type=INSTANCE
    )
    given = ProcessingS3Input(
        s3_uri=f"s3://{bucket}/sdk3/inputs",
        local_path="/opt/ml/processing/input",
        s3_data_type="S3Prefix",
        s3_input_mode="File",
    )
    made = ProcessingS3Output(
        s3_uri=f"s3://{bucket}/sdk3/processed",
        local_path="/opt/ml/processing/output",
        s3_upload_mode="EndOfJob",
    )
    processor.run(
        code=str(HERE / "source" / "process.py"),
        inputs=[ProcessingInput(input_name="texts", s3_input=given)],
        outputs=[ProcessingOutput(output_name="texts", s3_output=made)],
        job_name=named("process"),
    )
    body = s3.get_object(Bucket=bucket, Key="sdk3/processed/a.txt")["Body"].read()
    assert body == b"ONE"


@operation
def transformer():
    name = named("model")
    Model.create(model_name=name, primary_container=container(), execution_role_arn=role)
    s3.put_object(Bucket=bucket, Key="sdk3/texts/a.txt", Body=b"one")
    one = Transformer(
        name, 1, INSTANCE, output_path=f"s3://{bucket}/sdk3/transformed", accept="text/plain"
    )
    one.transform(f"s3://{bucket}/sdk3/texts/", content_type="text/plain", job_name=named("t"))
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="sdk3/transformed")["Contents"]
    assert [item["Key"] for item in listed if item["Key"].endswith("a.txt.out")]


@operation
def endpoint():
    name = named("endpoint")
    Model.create(model_name=name, primary_container=container(), execution_role_arn=role)
    variant = ProductionVariant(
        variant_name="all", model_name=name, initial_instance_count=1, instance_type=INSTANCE
    )
    EndpointConfig.create(endpoint_config_name=name, production_variants=[variant])
    one = Endpoint.create(endpoint_name=name, endpoint_config_name=name)
    one.wait_for_status("InService")
    answer = runtime.invoke_endpoint(EndpointName=name, ContentType="text/plain", Body=b"rex")
    assert answer["Body"].read() == b"REX"
    one.delete()


@operation
def model_builder():
    container()
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=f"s3://{bucket}/models/sdk3.tar.gz",
        role_arn=role,
        env_vars={"SAGEMAKER_PROGRAM": "inference.py"},
        instance_type=INSTANCE,
    )
    builder.build(model_name=named("built"))
    name = named("built")
    builder.deploy(endpoint_name=name, initial_instance_count=1, instance_type=INSTANCE)
    answer = runtime.invoke_endpoint(EndpointName=name, ContentType="text/plain", Body=b"rex")
    assert answer["Body"].read() == b"REX"
    boto3.client("sagemaker").delete_endpoint(EndpointName=name)


@operation
def model_package_group():
    name = named("group")
    ModelPackageGroup.create(model_package_group_name=name)
    assert ModelPackageGroup.get(model_package_group_name=name).model_package_group_status


run()
