"""A long-lived program with boto3, which nobody gives a key. It reads tasks, one JSON line each, and answers one JSON line each:
{"value": …}, or {"error": {"code": …, "status": …, "message": …}} as AWS worded it. A task that brings `credentials` is done with
those instead of the program's own."""

import hashlib
import io
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

OWN = boto3.Session()
# One client of each service for the program's whole life: what must renew by itself is in them.
OWN_CLIENTS = {service: OWN.client(service) for service in ("s3", "sts")}


def client(service, credentials):
    if credentials is None:
        return OWN_CLIENTS[service]
    return boto3.client(
        service,
        aws_access_key_id=credentials["accessKeyId"],
        aws_secret_access_key=credentials["secretAccessKey"],
        aws_session_token=credentials["sessionToken"],
    )


def identity(credentials=None):
    return client("sts", credentials).get_caller_identity()["Arn"]


def put(key, text, bucket="mybucket", credentials=None):
    client("s3", credentials).put_object(Bucket=bucket, Key=key, Body=text.encode())


def get(key, bucket="mybucket", credentials=None):
    return client("s3", credentials).get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def list_keys(bucket="mybucket", credentials=None):
    return [found["Key"] for found in client("s3", credentials).list_objects_v2(Bucket=bucket).get("Contents", [])]


def remove(key, bucket="mybucket", credentials=None):
    client("s3", credentials).delete_object(Bucket=bucket, Key=key)


def upload(key, size):
    """In parts, because it is more than boto3's 8 MiB."""
    OWN_CLIENTS["s3"].upload_fileobj(io.BytesIO(bytes(size)), "mybucket", key)


def digest(key):
    body = io.BytesIO()
    OWN_CLIENTS["s3"].download_fileobj("mybucket", key, body)
    return hashlib.sha256(body.getvalue()).hexdigest()


def presign(key, seconds, signature=None):
    """`signature` as in botocore's configuration; its own choice when absent."""
    signer = OWN.client("s3", config=Config(signature_version=signature)) if signature else OWN_CLIENTS["s3"]
    return signer.generate_presigned_url("get_object", Params={"Bucket": "mybucket", "Key": key}, ExpiresIn=seconds)


def keys():
    frozen = OWN.get_credentials().get_frozen_credentials()
    return {"accessKeyId": frozen.access_key, "secretAccessKey": frozen.secret_key, "sessionToken": frozen.token}


TASKS = {
    "identity": identity,
    "put": put,
    "get": get,
    "list": list_keys,
    "remove": remove,
    "upload": upload,
    "digest": digest,
    "presign": presign,
    "keys": keys,
}


def answer(task, given):
    try:
        return {"value": TASKS[task](**given)}
    except ClientError as problem:
        error, status = problem.response["Error"], problem.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": {"code": error["Code"], "status": status, "message": error["Message"]}}
    except BotoCoreError as problem:
        return {"error": {"code": type(problem).__name__, "status": 0, "message": str(problem)}}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(answer(asked["task"], asked["given"])), flush=True)
