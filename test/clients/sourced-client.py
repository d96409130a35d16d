"""A program on an instance, with boto3: what it finds at IMDS it uses at the endpoints that it is told, and says how that went."""
import json
import sys

import boto3
from botocore.exceptions import ClientError

session = boto3.Session()
keys = session.get_credentials().get_frozen_credentials()
told = {"key": keys.access_key, "token": keys.token}
try:
    if "identity" in sys.argv:
        told["arn"] = session.client("sts").get_caller_identity()["Arn"]
    s3 = session.client("s3")
    if "bucket" in sys.argv:
        s3.create_bucket(Bucket="mybucket")
    if "object" in sys.argv:
        s3.put_object(Bucket="mybucket", Key="now", Body=b"with real keys")
        told["object"] = s3.get_object(Bucket="mybucket", Key="now")["Body"].read().decode()
except ClientError as error:
    told["error"] = error.response["Error"]["Code"]
print(json.dumps(told))
