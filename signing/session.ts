// What a session token holds: all that STS knows of a session. Verification uses these claims, never today's settings.

/** How the credentials were delivered, `ec2:RoleDelivery`: by IMDSv1 or IMDSv2. */
export type RoleDelivery = "1.0" | "2.0";

/** The session of a role on its EC2 instance. Instants are epoch milliseconds on whole seconds. */
export interface InstanceRoleSession {
  readonly kind: "instance-role";
  readonly accountId: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  /** The role's ARN with its path. */
  readonly roleArn: string;
  /** The instance id is the session's name. */
  readonly sessionName: string;
  /** `iip-assoc-…` */
  readonly associationId: string;
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

/** Every kind of session; the next kinds (assumed roles, users, federation) join this union. */
export type Session = InstanceRoleSession;

/** A set of temporary credentials and the session that they open. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly session: Session;
}
