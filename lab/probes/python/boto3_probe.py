"""A service on boto3 with its default session."""

import boto3

from loop import forever

sts = boto3.client("sts")
forever(sts.get_caller_identity)
