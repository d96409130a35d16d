"""A service on the AWS CRT: its default chain, its signatures, and a plain HTTP client."""

import os
import urllib.error
import urllib.request

from awscrt.auth import AwsCredentialsProvider, AwsSignatureType, AwsSigningConfig, aws_sign_request
from awscrt.http import HttpHeaders, HttpRequest

from loop import forever

AWS = os.environ["AWS_ENDPOINT_URL"]
PATH = "/?Action=GetCallerIdentity&Version=2011-06-15"
provider = AwsCredentialsProvider.new_default_chain()


def signer():
    """The keys are asked for by the signer, or by the program, as it passes them on to something else."""
    if os.environ.get("PROBE_KEYS") != "asked for":
        return provider
    keys = provider.get_credentials().result()
    return AwsCredentialsProvider.new_static(keys.access_key_id, keys.secret_access_key, keys.session_token)


def call():
    request = HttpRequest("GET", PATH, HttpHeaders([("Host", AWS.split("/")[2])]))
    signing = AwsSigningConfig(
        signature_type=AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=signer(),
        region=os.environ["AWS_REGION"],
        service="sts",
    )
    signed = aws_sign_request(request, signing).result()
    asked = urllib.request.Request(AWS + PATH, headers={**dict(signed.headers), "User-Agent": "awscrt"})
    try:
        urllib.request.urlopen(asked).close()
    except urllib.error.HTTPError as refusal:
        raise RuntimeError(f"{refusal.code} {refusal.read().decode()}") from None


forever(call)
