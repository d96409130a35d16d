// Which credentials does this reader get, and whose session does that token open? Credentials are derived when they are first
// asked for; after that a read is a look into a map, however many instances there are.

import { LRUCache } from "lru-cache";
import type { Entropy } from "../entropy/entropy.ts";
import type { SecretKey } from "../entropy/hash.ts";
import type { Fleet } from "../instances/fleet.ts";
import type { Instance, ProfileAssociation } from "../instances/instance.ts";
import type { Role } from "../roles/model.ts";
import { sessionAccessKey } from "../signing/access-keys.ts";
import type { IssuedSession, RoleDelivery, TemporaryCredentials } from "../signing/session.ts";
import { type SessionTokens, sessionTokens } from "../signing/session-tokens.ts";
import { deliverToContainer } from "./container-role.ts";
import { assumeRoleUnauthorized, success, tryAt } from "./delivered.ts";
import { identifiedAt, identitySet } from "./instance-identity.ts";
import { identitySession, roleOf, roleSession, trustsEc2 } from "./instance-role.ts";
import { hasDelivered, type KnowledgeParts, knownIdentities } from "./known-identities.ts";
import { profileReport } from "./profile-report.ts";
import type { CredentialRotator, Delivered, NewSession, RotationAnnouncement } from "./rotator.ts";
import { setInForce } from "./schedule.ts";
import type { SourcedSets } from "./sourced-sets.ts";
import { type RotationState, scheduleOf } from "./state.ts";
import { createWatch, type InstanceMoment } from "./watch.ts";

export interface RotatorParts extends KnowledgeParts {
  readonly masterKey: SecretKey;
  /** For sessions that are asked for; the others follow from the key. */
  readonly entropy: Entropy;
  readonly fleet: Fleet;
  /** For roles whose credentials come from elsewhere. */
  readonly sources?: Pick<SourcedSets, "deliver">;
}

/** What a reader of an instance gets from one instant until just before another, and what that follows from. */
interface Kept {
  readonly instance: Instance;
  /** Undefined for what follows from no role. */
  readonly role: Role | undefined;
  readonly rotation: RotationState;
  readonly from: number;
  readonly until: number;
  delivered: Delivered | Promise<Delivered>;
}

/** How many of these are kept by each version of IMDS, for roles and for the instances' own identity. */
const KEPT = 10_000;
type Caches = Readonly<Record<RoleDelivery, LRUCache<string, Kept>>>;
const caches = (): Caches => ({ "1.0": new LRUCache({ max: KEPT }), "2.0": new LRUCache({ max: KEPT }) });

/** The rotator of one world. It reads no clock: each question brings its instant. */
export function createRotator(parts: RotatorParts): CredentialRotator {
  const { masterKey, fleet, state } = parts;
  const tokens = sessionTokens(masterKey);
  const watch = createWatch(fleet, state);
  const [ofRoles, ofInstances] = [caches(), caches()];

  function deliver(
    cache: LRUCache<string, Kept>,
    instance: Instance,
    role: Role | undefined,
    at: number,
    make: () => Kept | undefined,
  ) {
    const kept = cache.get(instance.instanceId);
    if (kept && isStill(kept, instance, role, state()) && kept.from <= at && at < kept.until) return kept.delivered;
    const made = make();
    if (!made) return undefined;
    cache.set(instance.instanceId, made);
    if (made.delivered instanceof Promise) settle(made, made.delivered);
    return made.delivered;
  }

  return {
    roleName: (instance, at) => roleOf(knownIdentities(parts, instance, at), instance)?.name,
    hasDelivered: (instance, at) => hasDelivered(parts, instance, at),
    isReal(instance, at) {
      if (!parts.identities().hasSources) return false;
      return roleOf(knownIdentities(parts, instance, at), instance)?.source !== undefined;
    },
    profile: (instance, at) => profileReport(parts, instance, at),
    deliver(instance, delivery, at) {
      const role = roleOf(knownIdentities(parts, instance, at), instance);
      const { association } = instance;
      if (!role || !association) return undefined;
      if (role.source !== undefined && trustsEc2(role, at)) {
        return parts.sources?.deliver(instance, association, role, at);
      }
      return deliver(ofRoles[delivery], instance, role, at, () => {
        watch.add(instance);
        return makeRole(parts, tokens, instance, association, role, delivery, at);
      });
    },
    expiresAt(instance, at) {
      const role = roleOf(knownIdentities(parts, instance, at), instance);
      if (!role || !instance.association || role.source !== undefined || !trustsEc2(role, at)) return undefined;
      const schedule = scheduleOf(state(), instance, instance.association);
      return schedule && setInForce(schedule, at)?.expiresAt;
    },
    identify(instance, delivery, at) {
      return deliver(ofInstances[delivery], instance, undefined, at, () =>
        makeIdentity(parts, tokens, instance, delivery, at),
      );
    },
    deliverToContainer: (recipient, at) => deliverToContainer(parts, tokens, recipient, at),
    identifiedAt: (instance, at) => identifiedAt(state(), instance, at),
    async issue<Of extends IssuedSession>(session: NewSession<Of>) {
      const nonce = parts.entropy.bytes(16).toString("base64url");
      return tokens.seal({ ...session, nonce } as unknown as Of);
    },
    open(accessKeyId, sessionToken) {
      const opened = tokens.open(sessionToken);
      const checked = (found: TemporaryCredentials | undefined) =>
        found?.accessKeyId === accessKeyId ? found : "tampered";
      return opened instanceof Promise ? opened.then(checked) : checked(opened);
    },
    announcements: (from, to, limit) =>
      watch.between(from, to, limit).flatMap((found) => announcementsOf(parts, found)),
    nextAnnouncementAt: (at) => watch.nextAfter(at),
  };
}

/** Whether it follows from what is true now; each of these is another object after a change. */
const isStill = (kept: Kept, instance: Instance, role: Role | undefined, rotation: RotationState) =>
  kept.instance === instance && kept.role === role && kept.rotation === rotation;

/** Undefined before the delivery. */
function makeRole(
  { state, identities }: RotatorParts,
  tokens: SessionTokens,
  instance: Instance,
  association: ProfileAssociation,
  role: Role,
  delivery: RoleDelivery,
  at: number,
): Kept | undefined {
  const rotation = state();
  const schedule = scheduleOf(rotation, instance, association);
  const set = schedule && setInForce(schedule, at);
  if (!set) return undefined;
  const basis = { instance, role, rotation };
  if (!trustsEc2(role, at)) {
    const attempt = tryAt(instance.delays === "none" ? association.deliveredFrom : set.inForceFrom, at);
    return { ...basis, ...attempt, delivered: assumeRoleUnauthorized(role.name, attempt.from) };
  }
  const sealed = tokens.seal(roleSession(identities(), instance, association, role, delivery, set));
  const delivered = whenMade(sealed, (credentials) => success(credentials, set));
  return { ...basis, from: set.inForceFrom, until: set.inForceUntil, delivered };
}

function makeIdentity(
  { state, identities }: RotatorParts,
  tokens: SessionTokens,
  instance: Instance,
  delivery: RoleDelivery,
  at: number,
): Kept | undefined {
  const rotation = state();
  const set = identitySet(rotation, instance, delivery, at);
  if (!set) return undefined;
  const sealed = tokens.seal(identitySession(identities(), instance, delivery, set));
  const delivered = whenMade(sealed, (credentials) => success(credentials, set));
  return { instance, role: undefined, rotation, from: set.inForceFrom, until: set.inForceUntil, delivered };
}

const whenMade = <Value, Result>(value: Value | Promise<Value>, then: (made: Value) => Result) =>
  value instanceof Promise ? value.then(then) : then(value);

/** From the moment on when the promise is kept, reads need none. */
function settle(made: Kept, promise: Promise<Delivered>): void {
  promise.then(
    (delivered) => {
      made.delivered = delivered;
    },
    // Whoever reads meets the same failure.
    () => undefined,
  );
}

/** One, or none where the instance has no role that EC2 may assume, or one whose sets are announced as they come. */
function announcementsOf(parts: RotatorParts, found: InstanceMoment): RotationAnnouncement[] {
  const { association, moment } = found;
  const instance = { ...found.instance, association };
  const known = knownIdentities(parts, instance, moment.at);
  const role = roleOf(known, instance);
  if (!role || role.source !== undefined || !trustsEc2(role, moment.at)) return [];
  const session = roleSession(known, instance, association, role, "2.0", moment.set);
  const { accessKeyId } = sessionAccessKey(parts.masterKey, session);
  const { kind, at, set } = moment;
  return [{ kind, at, instanceId: instance.instanceId, roleName: role.name, accessKeyId, expiresAt: set.expiresAt }];
}
