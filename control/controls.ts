// What can be driven and watched: the verbs that code, the control API and the commands share. Instants are ISO 8601 texts here,
// because people read them; durations are texts such as "7h" or "90s".

import type { RotationAnnouncement } from "../credential-rotator/rotator.ts";
import type { WrittenFault } from "../faults/table.ts";
import type { InstanceActionName, InstanceActionParameters } from "../instances/actions/table.ts";
import type { PowerState } from "../instances/instance.ts";
import type { SignInRequest } from "../sign-in/sign-in.ts";
import type { DroppedRequests } from "./await-requests.ts";
import type { Expectation, Verdict } from "./expectation.ts";
import type { ExplanationQuery, ExplanationReport } from "./explanation.ts";
import type { RequestConditions } from "./request-conditions.ts";
import type { InstanceCounts } from "./request-counts.ts";
import type { RequestQuery, RequestReport } from "./request-log.ts";
import type { RequestEntry } from "./request-record.ts";
import type { MfaCodeReport, SignInReport } from "./sign-in-reports.ts";

/** Where everything listens, as `http://host:port` without a trailing slash. */
export interface Urls {
  readonly imds: string;
  readonly aws: string;
  readonly control: string;
  /** 169.254.170.2 of ECS, where the configuration has tasks. */
  readonly ecs?: string;
  /** 169.254.170.23 of EKS Pod Identity, where the configuration has it. */
  readonly eks?: string;
}

export interface ClockReport {
  /** The simulated instant. */
  readonly now: string;
  /** The real instant. */
  readonly realNow: string;
  /** Simulated seconds in a real second; 0 while paused. */
  readonly speed: number;
  readonly paused: boolean;
}

export interface ClockChange {
  readonly speed?: number | undefined;
  readonly paused?: boolean | undefined;
}

export interface InstanceReport {
  readonly name: string;
  readonly instanceId: string;
  readonly state: PowerState;
  readonly imds: string;
  readonly sourceAddress?: string;
  readonly instanceProfile?: string;
  readonly role?: string;
  /** What is announced to it now. */
  readonly spotInterruption?: { readonly action: string; readonly time: string };
  readonly rebalanceRecommendedAt?: string;
  /** Scheduled and not ended yet. */
  readonly maintenance?: readonly { readonly eventId: string; readonly code: string; readonly notBefore: string }[];
}

export interface TaskReport {
  readonly name: string;
  readonly taskArn: string;
  readonly taskRole?: string;
}

/** A pod whose tokens Mayfly makes. */
export interface PodReport {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface StateReport {
  readonly account: string;
  readonly region: string;
  readonly urls: Urls;
  readonly clock: ClockReport;
  /** The declared instances; of a template's only the first, with its count beside it. */
  readonly instances: readonly (InstanceReport & { readonly count?: number })[];
  readonly tasks: readonly TaskReport[];
  readonly pods: readonly PodReport[];
  readonly roles: readonly string[];
  readonly users: readonly string[];
  readonly buckets: readonly string[];
}

/** The environment of a program that runs as if on an instance, in a container, or with a user's access key. */
export interface Environment {
  /** Set these… */
  readonly variables: Readonly<Record<string, string>>;
  /** …after removing every variable that matches one of these patterns (`AWS_*`). */
  readonly removed: readonly string[];
}

/** One of them; the only instance when all are absent. */
export interface EnvironmentQuery {
  /** Name or id. */
  readonly instance?: string | undefined;
  readonly user?: string | undefined;
  readonly task?: string | undefined;
  readonly pod?: string | undefined;
  /** In a network of its own, where AWS's own addresses and names lead to the simulation. */
  readonly isolated?: boolean | undefined;
}

/** Which instance is acted on. */
export interface ActionTarget {
  /** Name or id; the only instance when absent. */
  readonly instance?: string | undefined;
}
/** What is asked of it, not checked yet. */
export type ActionRequest = Readonly<Record<string, unknown>>;

/** The instance that a program in a network of its own is on. */
export interface InstanceDoor {
  readonly instanceId: string;
  readonly instanceType: string;
  /** The metadata service, to whoever comes there as to this instance. */
  readonly imds: string;
  readonly hopLimit: number;
  /** Whether the instance has the metadata service's IPv6 address. */
  readonly ipv6: boolean;
}

/** Where a program in a network of its own is led to. Endpoints of this machine's loopback, as `host:port`. */
export interface DoorsReport {
  /** Absent in a container. */
  readonly instance?: InstanceDoor;
  readonly aws: string;
  /** The AWS endpoints with TLS, under every name that a client asks for; the `ca` of the certificates vouches for it. */
  readonly awsOverTls: string;
  /** The endpoints of containers, where the configuration has such. */
  readonly ecs?: string;
  readonly eks?: string;
}

/** Whose doors are to be opened: an instance's, or those of containers alone. */
export interface DoorsQuery {
  /** Name or id; the only instance when absent. */
  readonly instance?: string | undefined;
  readonly container?: boolean | undefined;
}

export interface RotationReport {
  /** The instances whose credentials were renewed. */
  readonly instances: readonly string[];
  readonly at: string;
}

export type AnnouncementReport = Omit<RotationAnnouncement, "at" | "expiresAt"> & {
  readonly at: string;
  readonly expiresAt: string;
};

/** What verifies the signatures of a simulation, each a certificate in PEM. */
export interface CertificatesReport {
  /** Of `signature` beside the identity document; like the next two the same in every simulation. */
  readonly rsa: string;
  /** Of `pkcs7`. */
  readonly dsa: string;
  readonly rsa2048: string;
  /** Of the authority that makes the certificates of TLS names: another one in each run. */
  readonly ca: string;
}

/** The hands of the simulated clock. */
export interface ClockControls {
  read(): Promise<ClockReport>;
  /** Sets the speed, pauses or goes on. */
  set(change: ClockChange): Promise<ClockReport>;
  /** Moves on and passes through everything on the way, in order. */
  advance(duration: string): Promise<ClockReport>;
  /** Moves on at once, as a laptop that was suspended. */
  jump(duration: string): Promise<ClockReport>;
}

/** A fault in force, to come, or over. */
export interface FaultReport {
  readonly id: string;
  readonly fault: WrittenFault;
  /** Of its dice: given as the fault's `seed`, the same decisions fall again. */
  readonly seed: number | string;
  readonly from: string;
  /** Absent where it has no end. */
  readonly until?: string;
  readonly inForce: boolean;
  /** How many requests it could have struck, and how many it did, since it was raised or the process began. */
  readonly matched: number;
  readonly struck: number;
}

/** What goes wrong. */
export interface FaultControls {
  /** Raises a fault, written as in the configuration's `faults`. */
  raise(fault: WrittenFault): Promise<FaultReport>;
  /** Those that are raised, in the order in which they act. */
  list(): Promise<readonly FaultReport[]>;
  /** Ends that one, or all of them, those of the configuration too until a reset. */
  clear(id?: string): Promise<void>;
}

export type InstanceCountsReport = InstanceCounts & { readonly instance: string; readonly instanceId: string };

export interface WaitOptions {
  /** How long in real time, such as "5s"; 30 s unless given. */
  readonly timeout?: string | undefined;
  /** Gives up as the timeout does. */
  readonly signal?: AbortSignal | undefined;
}

/** What can be asked of the request log. Wherever an instance is meant, its name is as good as its id. */
export interface RequestControls {
  requests(query?: RequestQuery): Promise<RequestReport>;
  /**
   * The requests after the sequence number `after`, or from now on, as they come. Whoever reads too slowly is told how many were missed. Ends with
   * the simulation, and by the signal.
   */
  followRequests(query?: RequestConditions, signal?: AbortSignal): AsyncIterable<RequestEntry | DroppedRequests>;
  /** Resolves when the expectation is met by the requests so far; rejects with ExpectationError, which says what was seen, when not. */
  expect(expectation: Expectation): Promise<Verdict>;
  /** Resolves as soon as the expectation is met; rejects with the same ExpectationError when it is not met in time. */
  waitFor(expectation: Expectation, options?: WaitOptions): Promise<Verdict>;
}

/** All verbs. Each may be far away, so each answers later; a refusal rejects with ControlError. */
export interface Controls extends RequestControls {
  state(): Promise<StateReport>;
  readonly clock: ClockControls;
  readonly faults: FaultControls;
  /** Renews the credentials of one instance (name or id) now, or of all. The old ones stay valid until they expire, as on EC2. */
  rotate(instance?: string): Promise<RotationReport>;
  /** Does something to an instance: `act("stop")`, `act("associate-profile", { instance: "demo", instanceProfile: "other" })`. */
  act<Name extends InstanceActionName>(
    action: Name,
    request?: InstanceActionParameters<Name> & ActionTarget,
  ): Promise<InstanceReport>;
  /** What instances asked of their metadata service, dropped requests included: of one (name or id), or of all that ever asked. */
  counters(instance?: string): Promise<readonly InstanceCountsReport[]>;
  /** The issues, renewals and expiries that the heartbeat announced, oldest first; the last 1,000 are kept. */
  announcements(): Promise<readonly AnnouncementReport[]>;
  /**
   * Why the policies allowed or denied a request of the log, by its number or request id, or the last that they refused; or why they would
   * allow or deny another one.
   */
  explain(query?: ExplanationQuery): Promise<ExplanationReport>;
  environment(query?: EnvironmentQuery): Promise<Environment>;
  certificates(): Promise<CertificatesReport>;
  /**
   * Signs in to the console, as far as what is given leads. ControlError with status 401 where it is wrong, 403 where the user may not
   * change the password that must be changed, and 429 after too many failures of that name or address. Over the control API the
   * address is where the request came from.
   */
  signIn(request: SignInRequest, sourceAddress?: string): Promise<SignInReport>;
  /** The code of an MFA device, for scripts that have no authenticator: by its user's name, or by its serial number. */
  mfaCode(owner: string): Promise<MfaCodeReport>;
  /**
   * The world of this moment as a configuration, secrets included: who is in the account, buckets with their settings, instances. What
   * is in the buckets, credentials in force and faults' counts are not in it.
   */
  export(): Promise<Readonly<Record<string, unknown>>>;
  /** Opens what a program in a network of its own needs to be on an instance or in a container. */
  openDoors(query?: DoorsQuery): Promise<DoorsReport>;
  /** Objects, forced rotations, faults and the request log go back to what the configuration says. The clock goes on: time never goes back. */
  reset(): Promise<void>;
  /** Takes a whole new configuration, checked before anything changes. */
  configure(configuration: unknown): Promise<void>;
  /** Changes parts of the configuration in force by a merge patch (RFC 7396). What it does not name stays as it is, also as APIs have left it. */
  patchConfiguration(patch: Readonly<Record<string, unknown>>): Promise<void>;
}

/** The caller asked for something that is not there or makes no sense: one line that says what to do. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  /** The HTTP status of the control API's answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
