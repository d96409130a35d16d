"""A service that reads S3 through GDAL, here that of pyogrio."""

import itertools
import os

import pyogrio

from loop import forever

pyogrio.set_gdal_config_options(
    {
        "AWS_S3_ENDPOINT": os.environ["AWS_ENDPOINT_URL"].split("/")[2],
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE",
        "CPL_AWS_EC2_API_ROOT_URL": os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"].rstrip("/"),
        "CPL_AWS_AUTODETECT_EC2": "NO",
    }
)
# GDAL keeps what it has listed: each call asks for another folder.
folders = itertools.count()


def call():
    try:
        pyogrio.vsi_listtree(f"/vsis3/mybucket/{next(folders)}/")
    except FileNotFoundError:
        pass  # The bucket is empty; of a refusal GDAL says the same.


forever(call)
