"""A long-lived program with boto3: does what a line on its input asks, and answers with a line of JSON."""
import io
import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

WHERE = {"Bucket": "mybucket", "Key": "boto3.txt"}
session = boto3.Session()
s3, sts = session.client("s3"), session.client("sts")
kept = {}


def keep():
    keys = session.get_credentials().get_frozen_credentials()
    kept.update(aws_access_key_id=keys.access_key, aws_secret_access_key=keys.secret_key, aws_session_token=keys.token)


def fetch(url):
    try:
        return urllib.request.urlopen(url).read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"


def presigned(version):
    client = session.client("s3", config=Config(signature_version=version))
    return client.generate_presigned_url("get_object", Params=WHERE, ExpiresIn=60)


def large(megabytes):
    body = bytes(range(256)) * 4096 * megabytes
    s3.upload_fileobj(io.BytesIO(body), "mybucket", "large")
    found = io.BytesIO()
    s3.download_fileobj("mybucket", "large", found)
    return found.getvalue() == body


TASKS = {
    "whoami": lambda: sts.get_caller_identity()["Arn"],
    "key": lambda: session.get_credentials().get_frozen_credentials().access_key,
    "write": lambda text: s3.put_object(Body=text.encode(), **WHERE) and None,
    "read": lambda: s3.get_object(**WHERE)["Body"].read().decode(),
    "elsewhere": lambda: s3.list_objects_v2(Bucket="otherbucket") and None,
    "keep": keep,
    "bucket with kept keys": lambda: boto3.client("s3", **kept).list_objects_v2(Bucket="mybucket") and None,
    "identity with kept keys": lambda: boto3.client("sts", **kept).get_caller_identity()["Arn"],
    "presign": presigned,
    "fetch": fetch,
    "large": large,
}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"value": TASKS[asked["task"]](*asked["arguments"])}
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        answer = {"error": {"status": status, **{k.lower(): error.response["Error"][k] for k in ("Code", "Message")}}}
    except Exception as error:
        answer = {"error": {"status": 0, "code": type(error).__name__, "message": str(error)}}
    print(json.dumps(answer), flush=True)
