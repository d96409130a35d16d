// A query service's model with every kind of shape, for tests: AssumeRole as botocore 1.44.8 has it, with a flattened list, a
// boolean, a blob, a timestamp, an enum, a map, a list of texts and a secret of other actions added.

import type { ServiceModel } from "../../../aws-api/wire/model.ts";

export const MODEL: ServiceModel = {
  metadata: {
    apiVersion: "2011-06-15",
    protocol: "query",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  },
  operations: {
    AssumeRole: { status: 200, input: "Request", output: "Response", resultElement: "AssumeRoleResult" },
    DeleteUser: { status: 200, input: "Request" },
  },
  shapes: {
    Request: {
      type: "structure",
      required: ["RoleArn", "RoleSessionName"],
      members: {
        RoleArn: { shape: "arnType" },
        RoleSessionName: { shape: "roleSessionNameType" },
        PolicyArns: { shape: "policyDescriptorListType" },
        DurationSeconds: { shape: "roleDurationSecondsType" },
        Tags: { shape: "tagListType" },
        Filters: { shape: "filters" },
        Quiet: { shape: "quiet" },
        Seed: { shape: "seed" },
        Since: { shape: "since" },
        Status: { shape: "status" },
        Password: { shape: "password" },
        Attributes: { shape: "attributes" },
        TagKeys: { shape: "tagKeys" },
      },
    },
    Response: {
      type: "structure",
      members: {
        Credentials: { shape: "Credentials" },
        PackedPolicySize: { shape: "size" },
        Tags: { shape: "tagListType" },
        Filters: { shape: "filters" },
        Seed: { shape: "seed" },
        IsTruncated: { shape: "quiet" },
        Attributes: { shape: "attributes" },
      },
    },
    Credentials: {
      type: "structure",
      members: { AccessKeyId: { shape: "text" }, Expiration: { shape: "since" } },
    },
    arnType: { type: "string", min: 20, max: 2048, pattern: "[\\u0020-\\u007E\\u10000-\\u10FFFF]+" },
    roleSessionNameType: { type: "string", min: 2, max: 64, pattern: "[\\w+=,.@-]*" },
    policyDescriptorListType: { type: "list", member: { shape: "PolicyDescriptorType" } },
    PolicyDescriptorType: { type: "structure", members: { arn: { shape: "arnType" } } },
    roleDurationSecondsType: { type: "integer", min: 900, max: 43200 },
    tagListType: { type: "list", max: 3, member: { shape: "Tag" } },
    Tag: {
      type: "structure",
      required: ["Key", "Value"],
      members: { Key: { shape: "tagKeyType" }, Value: { shape: "tagValueType" } },
    },
    tagKeyType: { type: "string", min: 1, max: 128, pattern: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+" },
    tagValueType: { type: "string", min: 0, max: 256, pattern: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*" },
    filters: { type: "list", flattened: true, member: { shape: "text", locationName: "Filter" } },
    quiet: { type: "boolean" },
    seed: { type: "blob" },
    since: { type: "timestamp" },
    status: { type: "string", enum: ["Active", "Inactive"] },
    password: { type: "string", min: 8, sensitive: true },
    size: { type: "integer" },
    attributes: { type: "map", key: { shape: "text" }, value: { shape: "size" } },
    tagKeys: { type: "list", member: { shape: "shortText" } },
    shortText: { type: "string", min: 1, max: 20 },
    text: { type: "string" },
  },
};
