"""boto3 makes the calls of IAM that stand as JSON on its input, in order: [[operation, members, kept?], …]. `kept` names what of an
answer is to be remembered, {"NAME": "Path.To.Member"}; a later member that is "$NAME" is that value. Each answer is a line:
{"operation", "value"} with what of it boto3 lost and what the model demands in vain, or {"operation", "error"}."""

import json
import sys
import xml.etree.ElementTree

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

WIRE_ONLY = {"member", "entry", "key", "value"}

iam = boto3.client("iam")
body = b""


def remember_body(response_dict, **_):
    global body
    body = response_dict["body"]


iam.meta.events.register("before-parse.iam.*", remember_body)


def keys_of(value):
    if isinstance(value, dict):
        return set(value).union(*(keys_of(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(keys_of(each) for each in value))
    return set()


def lost(operation, value):
    """Elements of the answer that are nowhere in what boto3 made of it."""
    root = xml.etree.ElementTree.fromstring(body)
    names = {element.tag.split("}")[1] for result in root if result.tag.endswith("Result") for element in result.iter()}
    return sorted(names - {f"{operation}Result"} - WIRE_ONLY - keys_of(value))


def missing(shape, value, path):
    """Members that the model requires and the answer has not."""
    if shape is None or value is None:
        return []
    if shape.type_name == "list":
        return [each for item in value for each in missing(shape.member, item, path)]
    if shape.type_name != "structure":
        return []
    absent = [f"{path}.{name}" for name in shape.required_members if name not in value]
    below = [missing(shape.members[name], value[name], f"{path}.{name}") for name in shape.members if name in value]
    return absent + [each for found in below for each in found]


def answer(operation, given):
    try:
        value = getattr(iam, xform_name(operation))(**given)
    except ClientError as problem:
        error, status = problem.response["Error"], problem.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": [error["Code"], status, error["Message"]]}
    value.pop("ResponseMetadata")
    model = iam.meta.service_model.operation_model(operation)
    return {
        "value": value,
        "lost": lost(operation, value),
        "missing": missing(model.output_shape, value, operation),
    }


kept = {}
for operation, given, *wanted in json.load(sys.stdin):
    told = {name: kept.get(value[1:], value) if isinstance(value, str) and value[:1] == "$" else value for name, value in given.items()}
    found = {"operation": operation, **answer(operation, told)}
    for name, path in (wanted[0] if wanted else {}).items():
        value = found["value"]
        for member in path.split("."):
            value = value[member]
        kept[name] = value
    print(json.dumps(found, default=str), flush=True)
