"""A service that reads S3 through Arrow, which brings the AWS SDK for C++ along."""

import os

from pyarrow.fs import FileSelector, S3FileSystem

from loop import forever

host = os.environ["AWS_ENDPOINT_URL"].split("/")[2]
s3 = S3FileSystem(endpoint_override=host, scheme="http", region=os.environ["AWS_REGION"])
forever(lambda: s3.get_file_info(FileSelector("mybucket")))
