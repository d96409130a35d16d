// What a session token holds: all that STS knows of a session. Verification uses these claims, never today's settings.

/** How the credentials were delivered, `ec2:RoleDelivery`: by IMDSv1 or IMDSv2. */
export type RoleDelivery = "1.0" | "2.0";

/** What all sessions have. Instants are epoch milliseconds on whole seconds. */
interface AnySession {
  readonly accountId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Sessions that are renewed by themselves: their credentials follow from what is said here. */
interface RenewedSession extends AnySession {
  /** How often a renewal had been forced when this set was made, by a start of the machine too. */
  readonly forcedRotations: number;
}

/** What all sessions of an EC2 instance have. */
interface InstanceSession extends RenewedSession {
  /** The instance id. */
  readonly sessionName: string;
  readonly delivery: RoleDelivery;
  readonly sourceInstanceArn: string;
  readonly sourceVpcId: string;
  /** Undefined in a subnet that has IPv6 alone. */
  readonly sourcePrivateIpv4?: string;
}

/** What all sessions of an account's roles have. */
interface RoleSession extends AnySession {
  readonly sessionName: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  /** The role's ARN with its path. */
  readonly roleArn: string;
}

/** The session of a role on its EC2 instance. */
export interface InstanceRoleSession extends InstanceSession, RoleSession {
  readonly kind: "instance-role";
  /** `iip-assoc-…` */
  readonly associationId: string;
}

/**
 * The session that says which instance it is, of `identity-credentials/`: GetCallerIdentity takes it, nothing else does.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html#ec2-instance-identity-roles
 */
export interface InstanceIdentitySession extends InstanceSession {
  readonly kind: "instance-identity";
  readonly partition: string;
}

/** The session of a role in a container: of an ECS task, or of a pod by its EKS Pod Identity association. */
export interface ContainerRoleSession extends RenewedSession, RoleSession {
  readonly kind: "ecs-task" | "eks-pod";
  /** The ARN of the task, or of the association. */
  readonly sourceArn: string;
  /** `aws:PrincipalTag/…` of the session; they come before those of the role. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a session limits itself to: of all these policies together one must allow. */
interface SessionPolicies {
  readonly document?: string;
  /** Of managed policies. */
  readonly arns: readonly string[];
}

/** What sessions have that are given to who asks for one. */
interface AskedSession extends AnySession {
  /** 128 random bits in base64url: no two sets are alike, however soon one is asked for after the other. */
  readonly nonce: string;
  readonly policies?: SessionPolicies;
  /** `aws:PrincipalTag/…` of the session; they come before those of the user or role. */
  readonly tags?: Readonly<Record<string, string>>;
  /** When a code of an MFA device was given for it. */
  readonly mfaAuthenticatedAt?: number;
}

/** What sessions of a role have that was assumed by who asked. */
interface AskedRoleSession extends AskedSession, RoleSession {
  /** Those of its tags that go on to the roles that it assumes. */
  readonly transitiveTagKeys?: readonly string[];
  /** Who is behind it, set once and handed on. */
  readonly sourceIdentity?: string;
}

/** The session of AssumeRole. */
export interface AssumedRoleSession extends AskedRoleSession {
  readonly kind: "assumed-role";
}

/** The session of AssumeRoleWithWebIdentity. */
export interface WebIdentitySession extends AskedRoleSession {
  readonly kind: "web-identity";
  /** The ARN of the provider in IAM. */
  readonly federatedProvider: string;
  /** What its token said, as condition keys: `{"idp.example:sub": ["alice"]}`. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** The session of a user: of GetSessionToken, or of who signed in to the console. */
export interface UserSession extends AskedSession {
  readonly kind: "user" | "console";
  /** The name that it had then. */
  readonly userName: string;
  /** `AIDA…` */
  readonly userId: string;
}

/** The session of GetFederationToken. */
export interface FederatedUserSession extends AskedSession {
  readonly kind: "federated-user";
  readonly partition: string;
  /** The name that was asked for. */
  readonly federatedUserName: string;
  /** Who asked for it, whose policies are its outer limit; `AIDA…`. */
  readonly userId: string;
  readonly userName: string;
}

/** Sessions that are given to who asks. */
export type IssuedSession = AssumedRoleSession | WebIdentitySession | UserSession | FederatedUserSession;

/** Every kind of session. */
export type Session = InstanceRoleSession | InstanceIdentitySession | ContainerRoleSession | IssuedSession;

/** The id of the instance whose session this is; undefined where it is another one's. */
export const instanceIdOf = (session: Session): string | undefined =>
  session.kind === "instance-role" || session.kind === "instance-identity" ? session.sessionName : undefined;

/** A set of temporary credentials and the session that they open. */
export interface TemporaryCredentials<Of extends Session = Session> {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly session: Of;
}
