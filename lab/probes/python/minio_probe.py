"""A service on minio-py, which reads none of the variables."""

import os

from minio import Minio
from minio.credentials import IamAwsProvider

from loop import forever

imds = os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"].rstrip("/")
aws = os.environ["AWS_ENDPOINT_URL"].split("/")[2]
client = Minio(
    aws, secure=False, region=os.environ["AWS_REGION"], credentials=IamAwsProvider(custom_endpoint=imds)
)
forever(lambda: list(client.list_objects("mybucket")))
