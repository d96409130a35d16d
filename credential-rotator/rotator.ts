// Which credentials are alive now? What IMDS shows of an instance's role, and whose session a token opens.

import type { Instance } from "../instances/instance.ts";
import type { IssuedSession, RoleDelivery, Session, TemporaryCredentials } from "../signing/session.ts";
import type { ContainerCredentials, RoleRecipient } from "./container-role.ts";

/** What an instance finds below `iam/security-credentials/`; instants are epoch milliseconds. */
export type Delivered =
  | {
      readonly outcome: "success";
      readonly credentials: DeliveredCredentials;
      readonly lastUpdatedAt: number;
      readonly expiresAt: number;
    }
  /** HTTP 200 with a `Code` other than Success, such as AssumeRoleUnauthorizedAccess. */
  | { readonly outcome: "failure"; readonly code: string; readonly message: string; readonly lastUpdatedAt: number };

/** Those of a source have no session that we know of. */
export type DeliveredCredentials = Omit<TemporaryCredentials, "session"> & { readonly session?: Session };

/** What an instance finds at `iam/info`. */
export interface ProfileReport {
  readonly code: "Success" | "InstanceProfileNotFound";
  readonly message?: string;
  readonly arn?: string;
  /** `AIPA…` */
  readonly id?: string;
  readonly lastUpdatedAt: number;
}

/** What the schedule holds between two looks at it, each with its own instant. */
export interface RotationAnnouncement {
  readonly kind: "issued" | "renewed" | "expired";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly instanceId: string;
  readonly roleName: string;
  /** The IMDSv2 reader's key. */
  readonly accessKeyId: string;
  readonly expiresAt: number;
}

export interface CredentialRotator {
  /** The name of the role on the instance at that instant: undefined without a profile or without a role in it. */
  roleName(instance: Instance, at: number): string | undefined;
  /**
   * Whether the machine has ever got by its association what that can give: credentials, or nothing where the profile has no role. A role that
   * does not trust EC2 keeps it from that.
   */
  hasDelivered(instance: Instance, at: number): boolean;
  /** Whether the role's credentials come from a source, and so are real. */
  isReal(instance: Instance, at: number): boolean;
  /** What is said of the profile on the instance; undefined where there is nothing to say. */
  profile(instance: Instance, at: number): ProfileReport | undefined;
  /**
   * The credentials in force for such a reader; undefined where `roleName` is. A promise only where a set is first made, and where
   * a role's source has given nothing that works.
   */
  deliver(
    instance: Instance,
    delivery: RoleDelivery,
    at: number,
  ): Delivered | undefined | Promise<Delivered | undefined>;
  /** When those of the role expire; undefined where EC2 may not assume it, and where they come from a source. None are made for it. */
  expiresAt(instance: Instance, at: number): number | undefined;
  /** The credentials of the instance's own identity; undefined while it does not run. */
  identify(
    instance: Instance,
    delivery: RoleDelivery,
    at: number,
  ): Delivered | undefined | Promise<Delivered | undefined>;
  /** The credentials in force of a container's role; undefined where the role cannot be assumed for it. */
  deliverToContainer(
    recipient: RoleRecipient,
    at: number,
  ): ContainerCredentials | undefined | Promise<ContainerCredentials>;
  /** What the document about that identity is dated; epoch milliseconds. */
  identifiedAt(instance: Instance, at: number): number;
  /** Credentials of a session that somebody asks for, other ones each time. */
  issue<Of extends IssuedSession>(session: NewSession<Of>): Promise<TemporaryCredentials<Of>>;
  /**
   * The session of a token, with the secret that signs for it. "tampered" when the token is not ours, or is another key's.
   * Expiry is the caller's to judge, against the stamp of its request. A promise only where the token is first seen.
   */
  open(accessKeyId: string, sessionToken: string): OpenedSession | "tampered" | Promise<OpenedSession | "tampered">;
  /**
   * The announcements after `from`, up to and with `to`, in the order of their instants, for instances that were ever asked; of
   * more than `limit` the latest.
   */
  announcements(from: number, to: number, limit: number): RotationAnnouncement[];
  /** The next instant with an announcement after `at`; undefined when nothing is awaited. */
  nextAnnouncementAt(at: number): number | undefined;
}

/** A session before it is given out. */
export type NewSession<Of extends IssuedSession> = Omit<Of, "nonce">;

export interface OpenedSession {
  readonly session: Session;
  readonly secretAccessKey: string;
}
