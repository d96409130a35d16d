"""A service that calls AWS each second until SIGTERM, with boto3; the word on its command line says how it comes by its keys.

`good` leaves that to the SDK. The others fetch them over HTTP and sign with what they have, each with a mistake that is made in the field.
"""
import json
import os
import signal
import sys
import threading
import time
import urllib.request
from datetime import datetime

import boto3
from botocore.config import Config

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")
SETTINGS = Config(retries={"total_max_attempts": 1})


def ask(path, method="GET", **headers):
    request = urllib.request.Request(METADATA + path, method=method, headers=headers)
    return urllib.request.urlopen(request, timeout=5).read().decode()


class Keys:
    """One set, as the metadata service gave it."""

    def __init__(self, version=2):
        headers = {"X-aws-ec2-metadata-token": self.token()} if version == 2 else {}
        roles = "/latest/meta-data/iam/security-credentials/"
        given = json.loads(ask(roles + ask(roles, **headers), **headers))
        self.expires = datetime.fromisoformat(given["Expiration"].replace("Z", "+00:00")).timestamp()
        self.client = boto3.client(
            "sts",
            config=SETTINGS,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["Token"],
        )

    @staticmethod
    def token():
        return ask("/latest/api/token", "PUT", **{"X-aws-ec2-metadata-token-ttl-seconds": "21600"})


def each_second(work):
    while True:
        try:
            work()
        except Exception as problem:
            print(f"{type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
        time.sleep(1)


def good():
    client = boto3.client("sts", config=SETTINGS)
    each_second(client.get_caller_identity)


def forever():
    """https://github.com/durch/rust-s3/issues/163"""
    each_second(Keys().client.get_caller_identity)


def after_failure():
    """Whoever waits for the refusal has lost a call."""
    kept = [Keys()]

    def call():
        try:
            kept[0].client.get_caller_identity()
        except Exception:
            kept[0] = Keys()
            raise

    each_second(call)


def early(minutes, version=2, first=None):
    """Renews in time, on its own."""
    kept = [first]

    def call():
        if kept[0] is None or kept[0].expires - time.time() < minutes * 60:
            kept[0] = Keys(version)
        kept[0].client.get_caller_identity()

    each_second(call)


def stampede():
    """Workers begin with the keys of whoever started them, and each asks for new ones itself, all at the same time."""
    first = Keys()
    for _ in range(20):
        threading.Thread(target=early, args=[10, 2, first], daemon=True).start()
    signal.pause()


def timer():
    """A thread sleeps until it is time for new ones, but its margin of five minutes has the wrong sign."""
    kept = [Keys()]

    def renew():
        while True:
            time.sleep(kept[0].expires + 5 * 60 - time.time())
            kept[0] = Keys()

    threading.Thread(target=renew, daemon=True).start()
    each_second(lambda: kept[0].client.get_caller_identity())


signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
{
    "good": good,
    "forever": forever,
    "after-failure": after_failure,
    "stampede": stampede,
    "imdsv1": lambda: early(10, version=1),
    "timer": timer,
}[sys.argv[1]]()
