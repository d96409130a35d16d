"""boto3 makes any call of any service. It reads one JSON line each, {"task": "iam.CreateUser", "arguments": [members]}, and answers with
one: {"value": …}, or {"error": {"code", "status", "message"}} in AWS's words. Instants are in ISO 8601, bytes and bodies in base64."""

import base64
import functools
import json
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

client = functools.cache(lambda name: boto3.client(name, config=Config(retries={"total_max_attempts": 1})))


def plain(value):
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return base64.b64encode(value.read() if hasattr(value, "read") else value).decode()


def answer(task, members):
    service, operation = task.split(".")
    try:
        value = getattr(client(service), xform_name(operation))(**members)
    except ClientError as problem:
        error, status = problem.response["Error"], problem.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": {"code": error["Code"], "status": status, "message": error["Message"]}}
    except Exception as problem:
        return {"error": {"code": type(problem).__name__, "status": 0, "message": str(problem)}}
    value.pop("ResponseMetadata")
    return {"value": value}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(answer(asked["task"], *asked["arguments"]), default=plain), flush=True)
