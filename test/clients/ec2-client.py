"""boto3 makes the calls of EC2 that stand as JSON on its input, in order: [[operation, members, kept?], …]. `kept` names what of an
answer is to be remembered, {"NAME": "Path.0.To.Member"}; a later member that is "$NAME", also in lists, is that value. An operation that
begins with "wait " is a waiter. Each answer is a line: {"operation", "value"} with the elements of it that boto3's model does not know, or
{"operation", "error"}."""

import json
import sys
import xml.etree.ElementTree

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

ec2 = boto3.client("ec2")
body = b""


def remember_body(response_dict, **_):
    global body
    body = response_dict["body"]


ec2.meta.events.register("before-parse.ec2.*", remember_body)


def unknown(shape, node):
    """Elements that the model has not."""
    if shape.type_name == "list":
        return [found for item in node for found in unknown(shape.member, item)]
    if shape.type_name != "structure":
        return []
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    lost = []
    for child in node:
        tag = child.tag.split("}")[1]
        lost += unknown(members[tag], child) if tag in members else [tag]
    return lost


def call(operation, given):
    value = getattr(ec2, xform_name(operation))(**given)
    value.pop("ResponseMetadata")
    shape = ec2.meta.service_model.operation_model(operation).output_shape
    lost = unknown(shape, xml.etree.ElementTree.fromstring(body)) if shape else []
    return {"value": value, "lost": sorted(set(lost) - {"requestId"})}


def answer(operation, given):
    try:
        if operation.startswith("wait "):
            ec2.get_waiter(operation[5:]).wait(**given, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
            return {"value": {}, "lost": []}
        return call(operation, given)
    except ClientError as problem:
        error, status = problem.response["Error"], problem.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": [error["Code"], status, error["Message"]]}


def told(value):
    if isinstance(value, str) and value[:1] == "$":
        return kept.get(value[1:], value)
    if isinstance(value, list):
        return [told(each) for each in value]
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items()}
    return value


kept = {}
for operation, given, *wanted in json.load(sys.stdin):
    found = {"operation": operation, **answer(operation, told(given))}
    for name, path in (wanted[0] if wanted else {}).items():
        value = found["value"]
        for member in path.split("."):
            value = value[int(member) if member.isdigit() else member]
        kept[name] = value
    print(json.dumps(found, default=str), flush=True)
