"""Prints generated requests as JSON lines, each signed by one of botocore's signers, as they go on the wire.

Arguments: a seed and the number of requests.
"""

import hashlib
import json
import random
import sys
from urllib.parse import urlsplit

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode, percent_encode_sequence

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//++=="
CHARACTERS = "abcXYZ019-._~ %+=&?/:@!$'()*,;#[]{}|^\"<>\\`äß€ሴ😀"

SIGNERS = {
    "SigV4Auth": ("sts", lambda credentials: auth.SigV4Auth(credentials, "sts", "us-east-1")),
    "SigV4QueryAuth": ("sts", lambda credentials: auth.SigV4QueryAuth(credentials, "sts", "us-east-1", expires=900)),
    "S3SigV4Auth": ("s3", lambda credentials: auth.S3SigV4Auth(credentials, "s3", "us-east-1")),
    "S3SigV4QueryAuth": ("s3", lambda credentials: auth.S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=900)),
    "HmacV1QueryAuth": ("s3", lambda credentials: auth.HmacV1QueryAuth(credentials, expires=900)),
}
SUBRESOURCES = ["acl", "uploads", "versionId", "partNumber", "response-content-type", "list-type", "x-id"]


def text(dice, most, characters=CHARACTERS):
    return "".join(dice.choice(characters) for _ in range(dice.randint(0, most)))


def generate(dice, service, presigned):
    segments = [dice.choice(["", ".", "a//b"]) if dice.random() < 0.2 else text(dice, 6) for _ in range(3)]
    path = percent_encode("/mybucket/" + "/".join(segments), safe="/~")
    if service == "sts":
        # Requests of query services go to the root; a path is as their signer takes it.
        path = dice.choice(["/", path])
    names = [dice.choice(SUBRESOURCES) if service == "s3" else text(dice, 5) for _ in range(dice.randint(0, 3))]
    query = percent_encode_sequence({name: text(dice, 6) for name in names})
    headers = {"Host": "127.0.0.1:4566"}
    if dice.random() < 0.5:
        headers["Content-Type"] = "text/plain;  charset=utf-8"
    if service == "s3" and dice.random() < 0.5:
        headers["x-amz-meta-" + dice.choice("abC")] = text(dice, 8, "ab /=+")
    method = dice.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
    # The presigning ones take a body for parameters of the query.
    data = b"" if presigned or method == "GET" else text(dice, 30).encode()
    return AWSRequest(method, f"http://127.0.0.1:4566{path}" + (f"?{query}" if query else ""), headers=headers, data=data)


def main():
    dice = random.Random(int(sys.argv[1]))
    for number in range(int(sys.argv[2])):
        name = list(SIGNERS)[number % len(SIGNERS)]
        service, signer = SIGNERS[name]
        token = dice.choice([None, TOKEN])
        request = generate(dice, service, "Query" in name)
        body = request.data
        signer(Credentials("AKIDEXAMPLE", SECRET, token)).add_auth(request)
        prepared = request.prepare()
        split = urlsplit(prepared.url)
        # The old signer moves headers into the URL, and a client that is given the URL does not send them again.
        headers = {"Host": "127.0.0.1:4566"} if name == "HmacV1QueryAuth" else prepared.headers
        print(
            json.dumps(
                {
                    "signer": name,
                    "token": token,
                    "bodyHash": hashlib.sha256(body).hexdigest(),
                    "method": prepared.method,
                    "target": split.path + (f"?{split.query}" if split.query else ""),
                    "headers": [
                        [key, value.decode() if isinstance(value, bytes) else value] for key, value in headers.items()
                    ],
                }
            )
        )


main()
