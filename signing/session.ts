// What a session token holds: all that STS knows of a session. Verification uses these claims, never today's settings.

/** How the credentials were delivered, `ec2:RoleDelivery`: by IMDSv1 or IMDSv2. */
export type RoleDelivery = "1.0" | "2.0";

/** What all sessions of an EC2 instance have. Instants are epoch milliseconds on whole seconds. */
interface InstanceSession {
  readonly accountId: string;
  /** The instance id is the session's name. */
  readonly sessionName: string;
  readonly delivery: RoleDelivery;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** How often a renewal had been forced when this set was made. */
  readonly forcedRotations: number;
  readonly sourceInstanceArn: string;
  readonly sourceVpcId: string;
  /** Undefined in a subnet that has IPv6 alone. */
  readonly sourcePrivateIpv4?: string;
}

/** The session of a role on its EC2 instance. */
export interface InstanceRoleSession extends InstanceSession {
  readonly kind: "instance-role";
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  /** The role's ARN with its path. */
  readonly roleArn: string;
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

/** Every kind of session; the next kinds (assumed roles, users, federation) join this union. */
export type Session = InstanceRoleSession | InstanceIdentitySession;

/** A set of temporary credentials and the session that they open. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly session: Session;
}
