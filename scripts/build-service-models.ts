// Which words do AWS's own services use? Writes data/models/*.json: the service models that the AWS endpoints read and write by,
// trimmed from botocore's data (Apache-2.0, see NOTICE) to the operations that Mayfly serves and the shapes they reach.
// Run: `node scripts/build-service-models.ts`; it needs pip, and takes the newest botocore from PyPI.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** What is served, and what is next to it. */
const SERVICES = {
  sts: {
    apiVersion: "2011-06-15",
    operations: [
      ...["GetCallerIdentity", "AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetSessionToken"],
      ...["GetFederationToken", "GetAccessKeyInfo", "DecodeAuthorizationMessage", "GetWebIdentityToken"],
    ],
  },
  iam: {
    apiVersion: "2010-05-08",
    operations: [
      ...["CreateUser", "GetUser", "ListUsers", "UpdateUser", "DeleteUser", "TagUser", "UntagUser", "ListUserTags"],
      ...["CreateGroup", "GetGroup", "ListGroups", "UpdateGroup", "DeleteGroup"],
      ...["AddUserToGroup", "RemoveUserFromGroup", "ListGroupsForUser"],
      ...["CreateRole", "GetRole", "ListRoles", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy"],
      ...["DeleteRole", "TagRole", "UntagRole", "ListRoleTags", "CreateServiceLinkedRole"],
      ...["DeleteServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus"],
      ...["PutUserPolicy", "GetUserPolicy", "ListUserPolicies", "DeleteUserPolicy"],
      ...["PutGroupPolicy", "GetGroupPolicy", "ListGroupPolicies", "DeleteGroupPolicy"],
      ...["PutRolePolicy", "GetRolePolicy", "ListRolePolicies", "DeleteRolePolicy"],
      ...["AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies"],
      ...["AttachGroupPolicy", "DetachGroupPolicy", "ListAttachedGroupPolicies"],
      ...["AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"],
      ...["PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"],
      ...["PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"],
      ...["CreatePolicy", "GetPolicy", "ListPolicies", "DeletePolicy", "ListEntitiesForPolicy"],
      ...["CreatePolicyVersion", "GetPolicyVersion", "ListPolicyVersions", "SetDefaultPolicyVersion"],
      ...["DeletePolicyVersion", "TagPolicy", "UntagPolicy", "ListPolicyTags", "ListPoliciesGrantingServiceAccess"],
      ...["CreateInstanceProfile", "GetInstanceProfile", "ListInstanceProfiles", "ListInstanceProfilesForRole"],
      ...["AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"],
      ...["TagInstanceProfile", "UntagInstanceProfile", "ListInstanceProfileTags"],
      ...["CreateAccessKey", "ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey", "GetAccessKeyLastUsed"],
      ...["CreateLoginProfile", "GetLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile", "ChangePassword"],
      ...["GetAccountPasswordPolicy", "UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy"],
      ...["CreateVirtualMFADevice", "EnableMFADevice", "ListMFADevices", "ListVirtualMFADevices", "GetMFADevice"],
      ...["ResyncMFADevice", "DeactivateMFADevice", "DeleteVirtualMFADevice"],
      ...["TagMFADevice", "UntagMFADevice", "ListMFADeviceTags"],
      ...["ListSSHPublicKeys", "ListServiceSpecificCredentials", "ListSigningCertificates", "ListServerCertificates"],
      ...["ListSAMLProviders"],
      ...["CreateOpenIDConnectProvider", "GetOpenIDConnectProvider", "ListOpenIDConnectProviders"],
      ...["DeleteOpenIDConnectProvider", "AddClientIDToOpenIDConnectProvider"],
      ...["RemoveClientIDFromOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint"],
      ...["TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "ListOpenIDConnectProviderTags"],
      ...["GetAccountSummary", "ListAccountAliases", "CreateAccountAlias", "DeleteAccountAlias"],
      ...["GetAccountAuthorizationDetails", "GenerateCredentialReport", "GetCredentialReport"],
      ...["SimulatePrincipalPolicy", "SimulateCustomPolicy"],
      ...["GetContextKeysForPrincipalPolicy", "GetContextKeysForCustomPolicy"],
    ],
  },
  ec2: {
    apiVersion: "2016-11-15",
    operations: [
      ...["RunInstances", "StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"],
      ...["DescribeInstances", "DescribeInstanceStatus", "DescribeInstanceAttribute", "ModifyInstanceAttribute"],
      ...["DescribeInstanceTypes", "DescribeInstanceCreditSpecifications", "DescribeInstanceTypeOfferings"],
      ...["ModifyInstanceMetadataOptions", "GetInstanceMetadataDefaults", "ModifyInstanceMetadataDefaults"],
      ...["AssociateIamInstanceProfile", "DisassociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"],
      ...["DescribeIamInstanceProfileAssociations", "CreateTags", "DeleteTags", "DescribeTags"],
      ...["DescribeImages", "DescribeVolumes", "DescribeVpcs", "DescribeSubnets", "DescribeSecurityGroups"],
      ...["DescribeRegions", "DescribeAvailabilityZones", "DescribeKeyPairs", "DescribeNetworkInterfaces"],
      ...["DescribeAccountAttributes", "DescribeVpcAttribute", "GetConsoleOutput", "GetInstanceUefiData"],
    ],
  },
  s3: {
    apiVersion: "2006-03-01",
    operations: [
      ...["ListBuckets", "CreateBucket", "HeadBucket", "DeleteBucket", "GetBucketLocation"],
      ...["PutObject", "GetObject", "HeadObject", "DeleteObject", "DeleteObjects", "ListObjects", "ListObjectsV2"],
      ...["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"],
      ...["ListParts", "ListMultipartUploads", "CopyObject", "UploadPartCopy", "ListObjectVersions"],
      ...["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetBucketPolicyStatus"],
      ...["GetObjectAttributes", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"],
      ...["GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock", "GetBucketOwnershipControls"],
      ...["GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging", "GetBucketVersioning"],
      ...["GetBucketAccelerateConfiguration", "GetBucketAcl", "GetObjectAcl", "GetBucketCors"],
      ...["GetBucketEncryption", "GetBucketLifecycleConfiguration", "GetBucketLogging", "GetBucketReplication"],
      ...["GetBucketRequestPayment", "GetBucketWebsite", "GetObjectLockConfiguration"],
      ...["GetBucketNotificationConfiguration"],
    ],
  },
};

/** Root elements of S3's answers: botocore leaves them out, the API reference's response syntax has them. */
const S3_ROOT_ELEMENTS: Record<string, string> = {
  ListBuckets: "ListAllMyBucketsResult",
  GetBucketLocation: "LocationConstraint",
  ListObjects: "ListBucketResult",
  ListObjectsV2: "ListBucketResult",
  DeleteObjects: "DeleteResult",
  CreateMultipartUpload: "InitiateMultipartUploadResult",
  CompleteMultipartUpload: "CompleteMultipartUploadResult",
  ListParts: "ListPartsResult",
  ListMultipartUploads: "ListMultipartUploadsResult",
  CopyObject: "CopyObjectResult",
  UploadPartCopy: "CopyPartResult",
  ListObjectVersions: "ListVersionsResult",
  GetObjectAttributes: "GetObjectAttributesResponse",
  GetObjectTagging: "Tagging",
  GetBucketTagging: "Tagging",
  GetBucketVersioning: "VersioningConfiguration",
  GetBucketAccelerateConfiguration: "AccelerateConfiguration",
  GetBucketAcl: "AccessControlPolicy",
  GetObjectAcl: "AccessControlPolicy",
  GetBucketCors: "CORSConfiguration",
  GetBucketLifecycleConfiguration: "LifecycleConfiguration",
  GetBucketLogging: "BucketLoggingStatus",
  GetBucketRequestPayment: "RequestPaymentConfiguration",
  GetBucketWebsite: "WebsiteConfiguration",
  GetBucketNotificationConfiguration: "NotificationConfiguration",
};

const TARGETS: Record<string, string> = { "/": "service", "/{Bucket}": "bucket", "/{Bucket}/{Key+}": "object" };

type Json = Record<string, unknown>;
interface Operation {
  http: { method: string; requestUri: string; responseCode?: number };
  input?: { shape: string };
  output?: { shape: string; resultWrapper?: string };
  errors?: { shape: string }[];
  deprecated?: boolean;
}
interface Model {
  metadata: Json;
  operations: Record<string, Operation>;
  shapes: Record<string, Json>;
}

const SHAPE_KEYS = [
  ...["type", "required", "payload", "members", "member", "key", "value", "flattened", "locationName"],
  ...["timestampFormat", "min", "max", "pattern", "enum", "sensitive", "error", "xmlNamespace"],
];
const MEMBER_KEYS = ["shape", "location", "locationName", "queryName", "flattened", "streaming", "xmlAttribute"];

const pick = (from: Json, keys: readonly string[]): Json =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));

function trimShape(shape: Json): Json {
  const kept = pick(shape, SHAPE_KEYS);
  for (const key of ["member", "key", "value"]) {
    if (kept[key]) kept[key] = pick(kept[key] as Json, MEMBER_KEYS);
  }
  if (kept.members) {
    const members = Object.entries(kept.members as Record<string, Json>);
    kept.members = Object.fromEntries(members.map(([name, member]) => [name, pick(member, MEMBER_KEYS)]));
  }
  return kept;
}

/** The names of the shapes that these reach, in the order of the model. */
function reached(model: Model, roots: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const shape = trimShape(model.shapes[name] as Json);
    const below = [shape.member, shape.key, shape.value, ...Object.values((shape.members as Json) ?? {})];
    for (const member of below) if (member) visit((member as { shape: string }).shape);
  };
  roots.forEach(visit);
  return Object.keys(model.shapes).filter((name) => seen.has(name));
}

/**
 * What tells an operation of a REST service from the others, those that we do not serve too, so that they are never taken for
 * one that we do: method, target, query (a value, or "" for any), and for copies the header that makes them one. A query of its
 * own (`?acl`) tells enough; without one the required parameters tell (`uploadId`).
 */
function route(model: Model, { http, input }: Operation) {
  const [path = "", literals] = http.requestUri.split("?");
  const shape = (model.shapes[input?.shape ?? ""] ?? {}) as { required?: string[]; members?: Record<string, Json> };
  const required = (shape.required ?? []).map((name) => shape.members?.[name] as Json);
  const query = literals
    ? literals.split("&").map((literal) => [...literal.split("="), ""].slice(0, 2))
    : required.filter(({ location }) => location === "querystring").map(({ locationName }) => [locationName, ""]);
  const header = required.find(({ locationName }) => locationName === "x-amz-copy-source")?.locationName;
  return {
    method: http.method,
    target: TARGETS[path],
    query: Object.fromEntries(query),
    ...(header ? { header } : {}),
  };
}

function routes(model: Model) {
  const all = Object.entries(model.operations).filter(([, operation]) => !operation.deprecated);
  const routed = all.map(([name, operation]) => [name, route(model, operation)] as const);
  return Object.fromEntries(routed.filter(([, { target }]) => target));
}

function trim(service: keyof typeof SERVICES, model: Model) {
  const roots: string[] = [];
  const operations = SERVICES[service].operations.map((name) => {
    const { http, input, output, errors = [] } = model.operations[name] as Operation;
    for (const shape of [input, output, ...errors]) if (shape) roots.push(shape.shape);
    const resultElement = output?.resultWrapper ?? S3_ROOT_ELEMENTS[name];
    return [name, { status: http.responseCode ?? 200, input: input?.shape, output: output?.shape, resultElement }];
  });
  const { apiVersion, protocol, xmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/" } = model.metadata;
  const shapes = reached(model, roots).map((name) => [name, trimShape(model.shapes[name] as Json)]);
  return {
    metadata: { apiVersion, protocol, xmlNamespace },
    operations: Object.fromEntries(operations),
    ...(protocol === "rest-xml" && { routes: routes(model) }),
    shapes: Object.fromEntries(shapes),
  };
}

/** JSON with one operation or shape a line, so that a newer botocore gives a readable difference. */
function print(trimmed: object): string {
  const block = ([key, value]: [string, unknown]) => {
    if (!["operations", "routes", "shapes"].includes(key)) return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const lines = Object.entries(value as Json).map(
      ([name, each]) => `  ${JSON.stringify(name)}: ${JSON.stringify(each)}`,
    );
    return `${JSON.stringify(key)}: {\n${lines.join(",\n")}\n}`;
  };
  return `{\n${Object.entries(trimmed).map(block).join(",\n")}\n}\n`;
}

const folder = mkdtempSync(join(tmpdir(), "mayfly-botocore-"));
try {
  execFileSync("pip", ["download", "botocore", "--no-deps", "--quiet", "--dest", folder], { stdio: "inherit" });
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) as string;
  execFileSync("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  for (const service of Object.keys(SERVICES) as (keyof typeof SERVICES)[]) {
    const path = join(folder, "botocore", "data", service, SERVICES[service].apiVersion, "service-2.json.gz");
    const model = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Model;
    const target = join(import.meta.dirname, "..", "data", "models", `${service}.json`);
    writeFileSync(target, print(trim(service, model)));
    process.stdout.write(`${target} from ${wheel}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
