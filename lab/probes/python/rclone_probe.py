"""A service that has rclone read S3: its remote control, which stays."""

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request

from loop import forever

REMOTE = f":s3,provider=AWS,env_auth=true,region={os.environ['AWS_REGION']},endpoint='{os.environ['AWS_ENDPOINT_URL']}':mybucket"
ASK = ["--config", os.devnull, "--rc-no-auth", "--rc-addr", "127.0.0.1:0", "--low-level-retries", "1"]
rclone = subprocess.Popen(
    [os.path.join(os.path.dirname(sys.executable), "rclone"), "rcd", *ASK], stderr=subprocess.PIPE, text=True
)
# Its first line tells where it listens.
control = next(line for line in rclone.stderr if "http://" in line).split()[-1].rstrip("/")
threading.Thread(target=lambda: rclone.stderr.read(), daemon=True).start()


def call():
    question = json.dumps({"fs": REMOTE, "remote": ""}).encode()
    asked = urllib.request.Request(
        f"{control}/operations/list", question, {"Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(asked).close()
    except urllib.error.HTTPError as failure:
        raise RuntimeError(json.load(failure)["error"]) from None


forever(call)
