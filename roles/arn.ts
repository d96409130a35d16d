// What is an ARN made of, and what is that of an IAM entity?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html

export interface Arn {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** All after the fifth colon: `role/path/name`. */
  readonly resource: string;
}

/** The six components of a text that begins as an ARN, the last with all further colons; undefined when it has fewer. */
export function arnComponents(text: string): readonly string[] | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const components: string[] = [];
  let from = 0;
  while (components.length < 5) {
    const colon = text.indexOf(":", from);
    if (colon < 0) return undefined;
    components.push(text.slice(from, colon));
    from = colon + 1;
  }
  components.push(text.slice(from));
  return components;
}

/** Undefined when the text is no ARN. */
export function parseArn(text: string): Arn | undefined {
  const [, partition, service, region, accountId, resource] = arnComponents(text) ?? [];
  if (!partition || !service || region === undefined || accountId === undefined || !resource) return undefined;
  return { partition, service, region, accountId, resource };
}

export const formatArn = ({ partition, service, region, accountId, resource }: Arn) =>
  `arn:${partition}:${service}:${region}:${accountId}:${resource}`;

/** Where IAM's entities live: an account in a partition. */
export interface AccountPlace {
  readonly partition: string;
  readonly accountId: string;
}

/** What an account has, by its name in ARNs. */
export const ENTITY_KINDS = {
  users: "user",
  groups: "group",
  roles: "role",
  managedPolicies: "policy",
  instanceProfiles: "instance-profile",
} as const;

export type EntityKind = (typeof ENTITY_KINDS)[keyof typeof ENTITY_KINDS];

/** `arn:aws:iam::123456789012:role/path/name`; a path begins and ends with a slash. */
export function entityArn(
  { partition, accountId }: AccountPlace,
  kind: EntityKind,
  path: string,
  name: string,
): string {
  return formatArn({ partition, service: "iam", region: "", accountId, resource: `${kind}${path}${name}` });
}

/** `arn:aws:iam::123456789012:mfa/path/name`: of a virtual MFA device, which has no unique id. */
export function mfaDeviceArn({ partition, accountId }: AccountPlace, path: string, name: string): string {
  return formatArn({ partition, service: "iam", region: "", accountId, resource: `mfa${path}${name}` });
}

/** The root user of an account, and as a principal in a policy the account itself. */
export function rootArn({ partition, accountId }: AccountPlace): string {
  return formatArn({ partition, service: "iam", region: "", accountId, resource: "root" });
}

/** `arn:aws:sts::123456789012:assumed-role/name/session`: without the role's path. */
export function assumedRoleArn({ partition, accountId }: AccountPlace, roleName: string, sessionName: string): string {
  const resource = `assumed-role/${roleName}/${sessionName}`;
  return formatArn({ partition, service: "sts", region: "", accountId, resource });
}

/** `arn:aws:sts::123456789012:federated-user/name` */
export function federatedUserArn({ partition, accountId }: AccountPlace, name: string): string {
  return formatArn({ partition, service: "sts", region: "", accountId, resource: `federated-user/${name}` });
}

/** `arn:aws:iam::123456789012:oidc-provider/idp.example/path`; `url` is without its scheme. */
export function oidcProviderArn({ partition, accountId }: AccountPlace, url: string): string {
  return formatArn({ partition, service: "iam", region: "", accountId, resource: `oidc-provider/${url}` });
}

/** Twelve digits. */
export const ACCOUNT_ID = /^\d{12}$/;

const PARTITIONS: readonly [RegExp, string][] = [
  [/^cn-/, "aws-cn"],
  [/^us-gov-/, "aws-us-gov"],
];

/** The partition of a region: `aws` for `us-east-1`, `aws-cn` for `cn-north-1`. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([pattern]) => pattern.test(region))?.[1] ?? "aws";
}
