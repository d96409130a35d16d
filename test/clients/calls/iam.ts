// What are clients to ask of IAM? Every operation once, and what Terraform does.

import type { Asked } from "./asked.ts";

const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
export const policy = (Action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
export const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const Tags = [{ Key: "team", Value: "red" }];
const TagKeys = ["team"];

const user = { UserName: "una" };
const group = { GroupName: "una-group" };
const role = { RoleName: "una-role" };
const profile = { InstanceProfileName: "una-profile" };
const own = { PolicyArn: arn("policy/una-policy") };
const inline = { PolicyName: "inline" };
const provider = { OpenIDConnectProviderArn: arn("oidc-provider/idp.example.com") };
const boundary = { PermissionsBoundary: own.PolicyArn };

const holder = (title: string, name: object): Asked[] => [
  [`Put${title}Policy`, { ...name, ...inline, PolicyDocument: policy("s3:*") }],
  [`Get${title}Policy`, { ...name, ...inline }],
  [`List${title}Policies`, name],
  [`Attach${title}Policy`, { ...name, ...own }],
  [`ListAttached${title}Policies`, name],
];
const bare = (title: string, name: object): Asked[] => [
  [`Delete${title}Policy`, { ...name, ...inline }],
  [`Detach${title}Policy`, { ...name, ...own }],
];
const tagging = (title: string, name: object): Asked[] => [
  [`Tag${title}`, { ...name, Tags }],
  [`List${title}Tags`, name],
  [`Untag${title}`, { ...name, TagKeys }],
];

/** In an order in which each has what it needs, and nothing is left of it; passwords, MFA devices and simulations are in sign-in.ts. */
export const EVERY: readonly Asked[] = [
  ["CreatePolicy", { PolicyName: "una-policy", PolicyDocument: policy("s3:*"), Description: "all of S3", Tags }],
  ["GetPolicy", own],
  ["ListPolicies", { Scope: "All", MaxItems: 1000 }],
  ["CreatePolicyVersion", { ...own, PolicyDocument: policy("s3:Get*") }],
  ["GetPolicyVersion", { ...own, VersionId: "v2" }],
  ["ListPolicyVersions", own],
  ["SetDefaultPolicyVersion", { ...own, VersionId: "v2" }],
  ["DeletePolicyVersion", { ...own, VersionId: "v1" }],
  ...tagging("Policy", own),
  ["CreateUser", { ...user, Tags, ...boundary }],
  ["GetUser", user],
  ["GetUser", {}],
  ["ListUsers", { PathPrefix: "/" }],
  ...tagging("User", user),
  ...holder("User", user),
  ["CreateAccessKey", user, { KEY: "AccessKey.AccessKeyId" }],
  ["ListAccessKeys", user],
  ["GetAccessKeyLastUsed", { AccessKeyId: "$KEY" }],
  ["UpdateAccessKey", { ...user, AccessKeyId: "$KEY", Status: "Inactive" }],
  ["ListSSHPublicKeys", user],
  ["ListServiceSpecificCredentials", user],
  ["ListSigningCertificates", user],
  ["CreateGroup", { ...group, Path: "/groups/" }],
  ["AddUserToGroup", { ...group, ...user }],
  ["GetGroup", group],
  ["ListGroups", {}],
  ["ListGroupsForUser", user],
  ...holder("Group", group),
  ["CreateRole", { ...role, AssumeRolePolicyDocument: TRUST, Description: "a role", Tags, ...boundary }],
  ["GetRole", role],
  ["ListRoles", {}],
  ["UpdateRole", { ...role, MaxSessionDuration: 7200 }],
  ["UpdateRoleDescription", { ...role, Description: "another" }],
  ["UpdateAssumeRolePolicy", { ...role, PolicyDocument: TRUST }],
  ...tagging("Role", role),
  ...holder("Role", role),
  ["CreateInstanceProfile", { ...profile, Tags }],
  ["AddRoleToInstanceProfile", { ...profile, ...role }],
  ["GetInstanceProfile", profile],
  ["ListInstanceProfiles", {}],
  ["ListInstanceProfilesForRole", role],
  ...tagging("InstanceProfile", profile),
  ["ListEntitiesForPolicy", own],
  ["ListPoliciesGrantingServiceAccess", { Arn: arn("user/una"), ServiceNamespaces: ["s3", "ec2"] }],
  ["CreateServiceLinkedRole", { AWSServiceName: "ecs.amazonaws.com" }],
  ["GetAccountAuthorizationDetails", {}],
  ["DeleteServiceLinkedRole", { RoleName: "AWSServiceRoleForECS" }, { TASK: "DeletionTaskId" }],
  ["GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: "$TASK" }],
  ["CreateOpenIDConnectProvider", { Url: "https://idp.example.com", ClientIDList: ["app"], Tags }],
  ["GetOpenIDConnectProvider", provider],
  ["ListOpenIDConnectProviders", {}],
  ["AddClientIDToOpenIDConnectProvider", { ...provider, ClientID: "other" }],
  ["RemoveClientIDFromOpenIDConnectProvider", { ...provider, ClientID: "app" }],
  ["UpdateOpenIDConnectProviderThumbprint", { ...provider, ThumbprintList: ["a".repeat(40)] }],
  ...tagging("OpenIDConnectProvider", provider),
  ["DeleteOpenIDConnectProvider", provider],
  ["CreateAccountAlias", { AccountAlias: "una-account" }],
  ["ListAccountAliases", {}],
  ["DeleteAccountAlias", { AccountAlias: "una-account" }],
  ["GetAccountSummary", {}],
  ["GenerateCredentialReport", {}],
  ["GetCredentialReport", {}],
  ["ListServerCertificates", {}],
  ["ListSAMLProviders", {}],
  ["RemoveRoleFromInstanceProfile", { ...profile, ...role }],
  ["DeleteInstanceProfile", profile],
  ...bare("Role", role),
  ["DeleteRolePermissionsBoundary", role],
  ["PutRolePermissionsBoundary", { ...role, PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  ["DeleteRole", role],
  ["RemoveUserFromGroup", { ...group, ...user }],
  ...bare("Group", group),
  ["UpdateGroup", { ...group, NewGroupName: "una-team" }],
  ["DeleteGroup", { GroupName: "una-team" }],
  ["DeleteAccessKey", { ...user, AccessKeyId: "$KEY" }],
  ...bare("User", user),
  ["DeleteUserPermissionsBoundary", user],
  ["PutUserPermissionsBoundary", { ...user, PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  ["UpdateUser", { ...user, NewUserName: "unna" }],
  ["DeleteUser", { UserName: "unna" }],
  ["DeletePolicy", own],
];

/** What hashicorp/aws 5.100.0 asks IAM for at apply, with its reads, and at destroy. */
export const TERRAFORM: readonly Asked[] = [
  ["CreatePolicy", { PolicyName: "una-policy", PolicyDocument: policy("s3:*") }],
  ["GetPolicy", own],
  ["GetPolicyVersion", { ...own, VersionId: "v1" }],
  ["CreateRole", { ...role, AssumeRolePolicyDocument: TRUST }],
  ["GetRole", role],
  ["ListRolePolicies", role],
  ["ListAttachedRolePolicies", role],
  ["PutRolePolicy", { ...role, ...inline, PolicyDocument: policy("s3:*") }],
  ["GetRolePolicy", { ...role, ...inline }],
  ["AttachRolePolicy", { ...role, ...own }],
  ["ListAttachedRolePolicies", role],
  ["CreateInstanceProfile", profile],
  ["GetInstanceProfile", profile],
  ["AddRoleToInstanceProfile", { ...profile, ...role }],
  ["GetInstanceProfile", profile],
  ["CreateGroup", group],
  ["GetGroup", group],
  ["AttachGroupPolicy", { ...group, ...own }],
  ["ListAttachedGroupPolicies", group],
  ["CreateUser", user],
  ["GetUser", user],
  ["AddUserToGroup", { ...group, ...user }],
  ["ListGroupsForUser", user],
  ["CreateAccessKey", user, { KEY: "AccessKey.AccessKeyId" }],
  ["ListAccessKeys", user],
  ["CreateLoginProfile", { ...user, Password: "Correct-horse-7" }],
  ["GetLoginProfile", user],
  ["DeleteLoginProfile", user],
  ["DeleteAccessKey", { ...user, AccessKeyId: "$KEY" }],
  ["RemoveUserFromGroup", { ...group, ...user }],
  ["DetachGroupPolicy", { ...group, ...own }],
  ["DeleteGroup", group],
  ["ListAttachedUserPolicies", user],
  ["ListUserPolicies", user],
  ["ListMFADevices", user],
  ["ListVirtualMFADevices", { AssignmentStatus: "Assigned" }],
  ["ListSSHPublicKeys", user],
  ["ListServiceSpecificCredentials", user],
  ["ListSigningCertificates", user],
  ["DeleteUser", user],
  ["RemoveRoleFromInstanceProfile", { ...profile, ...role }],
  ["DeleteInstanceProfile", profile],
  ["DetachRolePolicy", { ...role, ...own }],
  ["DeleteRolePolicy", { ...role, ...inline }],
  ["ListInstanceProfilesForRole", role],
  ["DeleteRole", role],
  ["ListPolicyVersions", own],
  ["DeletePolicy", own],
];
