// What is shown of a role whose credentials come from elsewhere? Its sets are asked for one at a time, kept in memory alone, and
// served while the next is on its way, and also when none comes: as on EC2, a source that is down takes nothing away.

import { LRUCache } from "lru-cache";
import type { RealTime } from "../clock/real-time.ts";
import type { obtain, SourceCredentials } from "../credential-sources/obtain.ts";
import { SourceFailure } from "../credential-sources/source-failure.ts";
import type { Fleet } from "../instances/fleet.ts";
import type { Instance, ProfileAssociation } from "../instances/instance.ts";
import type { Role } from "../roles/model.ts";
import { atMost } from "./at-most.ts";
import { assumeRoleUnauthorized, noneObtained } from "./delivered.ts";
import { roleOf, trustsEc2 } from "./instance-role.ts";
import { type KnowledgeParts, knownIdentities } from "./known-identities.ts";
import { type Instants, isDue, type LastTry, renewalWait, retryWait } from "./renewal.ts";
import type { Delivered, RotationAnnouncement } from "./rotator.ts";
import { type ScheduledSet, setInForce } from "./schedule.ts";
import { scheduleOf } from "./state.ts";

export interface SourcedParts extends KnowledgeParts {
  readonly fleet: Fleet;
  readonly obtain: typeof obtain;
  now(): Instants;
  readonly wait: RealTime["wait"];
  /** Hears of each new set. */
  announce(announcement: RotationAnnouncement): void;
  /** Hears in one line that a source fails, and that it does no more. */
  warn(line: string): void;
}

export interface SourcedSets extends Disposable {
  /** What an instance finds of a role that has a source. A promise only as long as there is nothing that works. */
  deliver(
    instance: Instance,
    association: ProfileAssociation,
    role: Role,
    at: number,
  ): Delivered | undefined | Promise<Delivered | undefined>;
  /** Asks for all sets that are due: those of the declared instances, and of those that were ever asked. */
  renewDue(at: number): void;
  /** Resolves when nothing is on its way any more, or after ten seconds. */
  settled(): Promise<void>;
}

/** What is known of the role of one instance. */
interface Entry {
  /** The association, the machine's run and the source, all of which a set belongs to. */
  readonly occasion: string;
  last?: LastTry;
  /** The newest set; of none the failure. */
  delivered?: Delivered;
  /** Resolves when the source has answered. */
  underWay?: Promise<void>;
}

/** One set that is wanted. */
interface Order {
  readonly instance: Instance;
  readonly role: Role;
  readonly set: ScheduledSet;
  readonly begun: Instants;
}

const KEPT = 10_000;
/** 1,000 instances shall not start 1,000 programs. */
const ASKED_AT_ONCE = 8;
/** Most clients give up after a second or a few: who waits longer waits for nothing. */
const LONGEST_READ_MILLISECONDS = 5_000;
/** Those who start or move the simulation have more patience. */
const LONGEST_SETTLING_MILLISECONDS = 10_000;

export function createSourcedSets(parts: SourcedParts): SourcedSets {
  const entries = new LRUCache<string, Entry>({ max: KEPT });
  const inTurn = atMost(ASKED_AT_ONCE);
  const ending = new AbortController();

  function entryOf({ instanceId }: Instance, association: ProfileAssociation, role: Role): Entry {
    const { associationId, deliveredFrom } = association;
    const occasion = JSON.stringify([associationId, deliveredFrom, role.id, role.source]);
    const kept = entries.get(instanceId);
    if (kept?.occasion === occasion) return kept;
    const entry: Entry = { occasion };
    entries.set(instanceId, entry);
    return entry;
  }

  async function ask(entry: Entry, order: Order): Promise<void> {
    const { instance, role } = order;
    const asking = { instanceId: instance.instanceId, region: instance.region, signal: ending.signal };
    try {
      const obtained = await inTurn(() => parts.obtain(role.source as NonNullable<Role["source"]>, asking));
      succeed(parts, entry, order, obtained);
    } catch (problem) {
      if (!ending.signal.aborted) fail(parts, entry, order, problem as SourceFailure);
    }
    delete entry.underWay;
  }

  /** Asks for the next set where that is due. Undefined where the instance gets none. */
  function look(instance: Instance, association: ProfileAssociation, role: Role, at: number): Entry | undefined {
    const schedule = scheduleOf(parts.state(), instance, association);
    const set = schedule && setInForce(schedule, at);
    if (!set) return undefined;
    const entry = entryOf(instance, association, role);
    const begun = { ...parts.now(), at };
    if (!entry.underWay && isDue(entry.last, begun, set.forcedRotations)) {
      entry.underWay = ask(entry, { instance, role, set, begun });
    }
    return entry;
  }

  return {
    deliver(instance, association, role, at) {
      const entry = look(instance, association, role, at);
      if (!entry?.underWay || !isWorthWaiting(entry, parts.now())) return entry?.delivered;
      return within(LONGEST_READ_MILLISECONDS, entry.underWay, parts.wait).then(
        () => entry.delivered ?? noneObtained(role.name, parts.now().realAt),
      );
    },
    renewDue(at) {
      if (!parts.identities().hasSources) return;
      const asked = Array.from(entries.keys(), (id) => parts.fleet.byInstanceId(id, at));
      for (const instance of new Set([...parts.fleet.declared(at), ...asked])) {
        if (!instance?.association) continue;
        const role = roleOf(knownIdentities(parts, instance, at), instance);
        if (role?.source && trustsEc2(role, at)) look(instance, instance.association, role, at);
      }
    },
    settled() {
      const underWay = [...entries.values()].map((entry) => entry.underWay);
      return within(LONGEST_SETTLING_MILLISECONDS, Promise.all(underWay), parts.wait);
    },
    [Symbol.dispose]: () => ending.abort(),
  };
}

/** Where nothing works now, by the clock that its source goes by; but for a source that fails nobody waits. */
const isWorthWaiting = ({ delivered, last }: Entry, { realAt }: Instants) =>
  !last?.failures && !(delivered?.outcome === "success" && delivered.expiresAt > realAt);

/** Foreign sets are dated in the real time throughout, as their source dates their end. */
function succeed(parts: SourcedParts, entry: Entry, order: Order, obtained: SourceCredentials): void {
  const { begun, set, instance, role } = order;
  const { expiresAt = begun.realAt + set.settings.lifetimeMilliseconds, ...credentials } = obtained;
  const lifetimeMilliseconds = expiresAt - parts.now().realAt;
  if (lifetimeMilliseconds <= 0) {
    const end = new Date(expiresAt).toISOString();
    throw new SourceFailure("unavailable", `what it gives has run out already, at ${end}`);
  }
  const before = entry.delivered?.outcome === "success" ? entry.delivered.credentials.accessKeyId : undefined;
  if (entry.last?.failures) parts.warn(`${nameOf(order)} has new credentials again`);
  entry.delivered = { outcome: "success", credentials, lastUpdatedAt: begun.realAt, expiresAt };
  const waitMilliseconds = renewalWait(set.settings, lifetimeMilliseconds);
  entry.last = { begun, waitMilliseconds, failures: 0, forcedRotations: set.forcedRotations };
  const { accessKeyId } = credentials;
  if (accessKeyId === before) return;
  const kind = before === undefined ? "issued" : "renewed";
  const { instanceId } = instance;
  parts.announce({ kind, at: parts.now().at, instanceId, roleName: role.name, accessKeyId, expiresAt });
}

function fail(parts: SourcedParts, entry: Entry, order: Order, problem: SourceFailure): void {
  const { begun, set, role } = order;
  const failures = (entry.last?.failures ?? 0) + 1;
  const waitMilliseconds = retryWait(failures);
  entry.last = { begun, waitMilliseconds, failures, forcedRotations: set.forcedRotations };
  if (entry.delivered?.outcome !== "success") {
    const document = problem.kind === "refused" ? assumeRoleUnauthorized : noneObtained;
    entry.delivered = document(role.name, begun.realAt);
  }
  if (failures > 1) return;
  const meanwhile = entry.delivered.outcome === "success" ? "its last credentials stay" : "it has no credentials";
  parts.warn(`${nameOf(order)}: ${problem.message}; ${meanwhile}, and it is tried again and again`);
}

const nameOf = ({ role, instance }: Order) => `role ${role.name} of instance ${instance.name}`;

/** Resolves with what is under way, or after so long. */
function within(milliseconds: number, underWay: Promise<unknown>, wait: RealTime["wait"]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = wait(milliseconds, resolve);
  return Promise.race([promise, underWay]).then(cancel);
}
