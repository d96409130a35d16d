"""Does a Python program go on when the credentials of its instance's role are renewed?

botocore asks for new keys in the last 15 minutes of six hours. So the test moves both clocks there: the simulation's over Mayfly's control
API, and its own with time-machine.
"""
import os
from datetime import datetime

import boto3
import pytest
import requests
import time_machine
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

CONTROL_TOKEN = "known-to-this-test-alone"


# #region python
class Mayfly(DockerContainer):
    """An EC2 instance's metadata service, the AWS endpoints that check its keys, and the control API."""

    def __init__(self, image=os.environ.get("MAYFLY_IMAGE", "mayfly")):
        super().__init__(image)
        self.with_exposed_ports(80, 4566, 1339)
        self.with_env("MAYFLY_CONTROL", "0.0.0.0:1339")
        self.with_env("MAYFLY_CONTROL_TOKEN", CONTROL_TOKEN)
        self.waiting_for(HttpWaitStrategy(1339, "/ready"))

    def url(self, port):
        """By address: S3 clients then have the bucket in the path."""
        return f"http://127.0.0.1:{self.get_exposed_port(port)}"

    def control(self, path, **body):
        """What the control API answers."""
        headers = {"Authorization": f"Bearer {CONTROL_TOKEN}"}
        answer = requests.post(self.url(1339) + path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def mayfly(monkeypatch):
    with Mayfly() as mayfly:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", mayfly.url(80))
        monkeypatch.setenv("AWS_ENDPOINT_URL", mayfly.url(4566))
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield mayfly


def test_goes_on_with_new_keys(mayfly):
    s3 = boto3.client("s3")
    s3.put_object(Bucket="mybucket", Key="note", Body=b"written with the first keys")
    first = boto3.DEFAULT_SESSION.get_credentials().access_key

    clock = mayfly.control("/clock/advance-to-refresh", client="botocore")
    with time_machine.travel(datetime.fromisoformat(clock["now"])):
        assert s3.get_object(Bucket="mybucket", Key="note")["Body"].read() == b"written with the first keys"
        assert boto3.DEFAULT_SESSION.get_credentials().access_key != first

    clock = mayfly.control("/clock/advance", duration="20m")  # the first keys are over
    with time_machine.travel(datetime.fromisoformat(clock["now"])):
        s3.list_objects_v2(Bucket="mybucket")

    expired = mayfly.control("/requests/expect", query={"errorCode": "ExpiredToken"}, none=True)
    assert expired["passed"], expired["message"]
# #endregion
