"""boto3's S3 client, call by call, with the keys that its environment has. It reads one JSON line each, {"call": …, "given": {…}}, and
answers with one: {"value": …} or {"error": {"code", "status", "message"}}. Beside the client's own methods there are copies and uploads in
parts as boto3 manages them, and presigned URLs of both signature versions."""

import io
import json
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

S3 = boto3.client("s3", config=Config(retries={"total_max_attempts": 1}))
SIGNERS = {version: boto3.client("s3", config=Config(signature_version=version)) for version in ("s3", "s3v4")}
MEBIBYTE = 1024 * 1024


def in_parts(mebibytes):
    return TransferConfig(multipart_threshold=mebibytes * MEBIBYTE, multipart_chunksize=mebibytes * MEBIBYTE)


def managed_upload(key, size, **extra):
    S3.upload_fileobj(io.BytesIO(bytes(size)), "mybucket", key, ExtraArgs=extra, Config=in_parts(5))


def managed_copy(source, key, **extra):
    copied = {"Bucket": "mybucket", "Key": source}
    S3.copy(copied, "mybucket", key, ExtraArgs=extra, Config=in_parts(5))


def presign(version, method, **params):
    return SIGNERS[version].generate_presigned_url(method, Params=params, ExpiresIn=60)


def plain(value):
    return value.read().decode() if hasattr(value, "read") else str(value)


OWN = {"managed_upload": managed_upload, "managed_copy": managed_copy, "presign": presign}

for line in sys.stdin:
    asked = json.loads(line)
    call = OWN.get(asked["call"]) or getattr(S3, asked["call"])
    try:
        answer = {"value": call(**asked["given"])}
    except ClientError as problem:
        error, status = problem.response["Error"], problem.response["ResponseMetadata"]["HTTPStatusCode"]
        answer = {"error": {"code": error["Code"], "status": status, "message": error["Message"]}}
    print(json.dumps(answer, default=plain), flush=True)
