// What a session token holds: all that STS knows of a session. Verification uses these claims, never today's settings.

/** How the credentials were delivered, `ec2:RoleDelivery`: by IMDSv1 or IMDSv2. */
export type RoleDelivery = "1.0" | "2.0";

/** What all sessions have. Instants are epoch milliseconds on whole seconds. */
interface AnySession {
  readonly accountId: string;
  readonly sessionName: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** How often a renewal had been forced when this set was made, by a start of the machine too. */
  readonly forcedRotations: number;
}

/** What all sessions of an EC2 instance have: the instance id is the session's name. */
interface InstanceSession extends AnySession {
  readonly delivery: RoleDelivery;
  readonly sourceInstanceArn: string;
  readonly sourceVpcId: string;
  /** Undefined in a subnet that has IPv6 alone. */
  readonly sourcePrivateIpv4?: string;
}

/** What all sessions of an account's roles have. */
interface RoleSession extends AnySession {
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
export interface ContainerRoleSession extends RoleSession {
  readonly kind: "ecs-task" | "eks-pod";
  /** The ARN of the task, or of the association. */
  readonly sourceArn: string;
  /** `aws:PrincipalTag/…` of the session; they come before those of the role. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Every kind of session; the next kinds (assumed roles, users, federation) join this union. */
export type Session = InstanceRoleSession | InstanceIdentitySession | ContainerRoleSession;

/** A set of temporary credentials and the session that they open. */
export interface TemporaryCredentials<Of extends Session = Session> {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly session: Of;
}
