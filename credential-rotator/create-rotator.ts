// Which credentials does this reader get, and whose session does that token open? Credentials are derived when they are first
// asked for; after that a read is a look into a map, however many instances there are.

import { LRUCache } from "lru-cache";
import type { SecretKey } from "../entropy/hash.ts";
import type { Fleet } from "../instances/fleet.ts";
import type { Instance } from "../instances/instance.ts";
import type { Identities, Role } from "../roles/model.ts";
import { sessionAccessKey } from "../signing/access-keys.ts";
import type { RoleDelivery, TemporaryCredentials } from "../signing/session.ts";
import { type SessionTokens, sessionTokens } from "../signing/session-tokens.ts";
import { assumeRoleUnauthorized, success, tryAt } from "./delivered.ts";
import { roleOf, sessionOf, trustsEc2 } from "./instance-role.ts";
import type { CredentialRotator, Delivered, RotationAnnouncement } from "./rotator.ts";
import { setInForce } from "./schedule.ts";
import { type RotationState, scheduleOf } from "./state.ts";
import { createWatch, type InstanceMoment } from "./watch.ts";

export interface RotatorParts {
  readonly masterKey: SecretKey;
  readonly fleet: Fleet;
  state(): RotationState;
  identities(): Identities;
}

/** What a reader of an instance gets from one instant until just before another, and what that follows from. */
interface Kept {
  readonly instance: Instance;
  readonly role: Role;
  readonly rotation: RotationState;
  readonly from: number;
  readonly until: number;
  delivered: Delivered | Promise<Delivered>;
}

/** How many of these are kept by each version of IMDS. */
const KEPT = 10_000;

/** The rotator of one world. It reads no clock: each question brings its instant. */
export function createRotator(parts: RotatorParts): CredentialRotator {
  const { masterKey, fleet, state, identities } = parts;
  const tokens = sessionTokens(masterKey);
  const watch = createWatch(fleet, state);
  const cache = () => new LRUCache<string, Kept>({ max: KEPT });
  const caches: Readonly<Record<RoleDelivery, LRUCache<string, Kept>>> = { "1.0": cache(), "2.0": cache() };

  return {
    roleName: (instance) => roleOf(identities(), instance)?.name,
    deliver(instance, delivery, at) {
      const role = roleOf(identities(), instance);
      if (!role) return undefined;
      const kept = caches[delivery].get(instance.instanceId);
      if (kept && isStill(kept, instance, role, state()) && kept.from <= at && at < kept.until) return kept.delivered;
      const made = make(parts, tokens, instance, role, delivery, at);
      if (!made) return undefined;
      caches[delivery].set(instance.instanceId, made);
      watch.add(instance);
      if (made.delivered instanceof Promise) settle(made, made.delivered);
      return made.delivered;
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
const isStill = (kept: Kept, instance: Instance, role: Role, rotation: RotationState) =>
  kept.instance === instance && kept.role === role && kept.rotation === rotation;

/** Undefined before the association. */
function make(
  { state, identities }: RotatorParts,
  tokens: SessionTokens,
  instance: Instance,
  role: Role,
  delivery: RoleDelivery,
  at: number,
): Kept | undefined {
  const rotation = state();
  const schedule = scheduleOf(rotation, instance);
  const set = schedule && setInForce(schedule, at);
  if (!set) return undefined;
  const basis = { instance, role, rotation };
  if (!trustsEc2(role, at)) {
    const attempt = tryAt(schedule.associatedAt, at);
    return { ...basis, ...attempt, delivered: assumeRoleUnauthorized(role.name, attempt.from) };
  }
  const sealed = tokens.seal(sessionOf(identities(), instance, role, delivery, set));
  const deliver = (credentials: TemporaryCredentials) => success(credentials, delivery, set);
  const delivered = sealed instanceof Promise ? sealed.then(deliver) : deliver(sealed);
  return { ...basis, from: set.inForceFrom, until: set.inForceUntil, delivered };
}

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

/** One, or none where the instance has no role that EC2 may assume. */
function announcementsOf({ masterKey, identities }: RotatorParts, found: InstanceMoment): RotationAnnouncement[] {
  const { instance, moment } = found;
  const role = roleOf(identities(), instance);
  if (!role || !trustsEc2(role, moment.at)) return [];
  const session = sessionOf(identities(), instance, role, "2.0", moment.set);
  const { accessKeyId } = sessionAccessKey(masterKey, session);
  const { kind, at, set } = moment;
  return [{ kind, at, instanceId: instance.instanceId, roleName: role.name, accessKeyId, expiresAt: set.expiresAt }];
}
