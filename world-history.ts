// How does a world begin, and how does it go on after a restart? Opens the journal and the blobs, and writes what is new.

import { join } from "node:path";
import { isNamed } from "./aws-api/s3/state.ts";
import type { ClockSetting } from "./clock/clock.ts";
import { reading, settingAt } from "./clock/setting.ts";
import type { Configuration } from "./configuration.ts";
import { withSafeSecrets } from "./configured-secrets.ts";
import type { Entropy } from "./entropy/entropy.ts";
import { createHasher, secretKey } from "./entropy/hash.ts";
import { openBlobs } from "./journal/blobs.ts";
import type { BlobStore, Journal } from "./journal/journal.ts";
import { memoryBlobs } from "./journal/memory-blobs.ts";
import { memoryJournal } from "./journal/memory-journal.ts";
import { openSqliteJournal } from "./journal/sqlite-journal.ts";
import { emptyWorld, foldWorld, requireMasterKey, type World, type WorldEvent } from "./world.ts";

export interface Beginning {
  readonly configuration: Configuration | undefined;
  /** What a world without one begins with. */
  readonly defaultConfiguration: () => Configuration;
  readonly data: string | undefined;
  readonly masterKey: Uint8Array | undefined;
  readonly entropy: Entropy;
  readonly startAt: number | undefined;
  readonly speed: number | undefined;
  readonly realNow: number;
}

export interface History {
  readonly world: World;
  readonly journal: Journal<WorldEvent>;
  readonly blobs: BlobStore;
  /** Hears of blobs that nothing names any more, from now on. */
  onUnnamed(take: (hashes: readonly string[]) => void): void;
}

const hasher = () => createHasher("sha256");

/** The kept world, or a new one. Error of one line when what is asked for does not fit what was kept. */
export async function openHistory(beginning: Beginning): Promise<History> {
  const { data } = beginning;
  const journal: Journal<WorldEvent> = data ? openSqliteJournal(join(data, "journal.sqlite")) : memoryJournal();
  try {
    const blobs = data ? openBlobs(join(data, "blobs"), hasher) : memoryBlobs(hasher);
    const world = emptyWorld();
    let takeUnnamed: (hashes: readonly string[]) => void = () => {};
    journal.follow(0, ({ event }) => takeUnnamed(foldWorld(world, event)));
    const events = journal.position === 0 ? await firstEvents(beginning) : await laterEvents(world, beginning);
    if (events.length > 0) await journal.append(journal.position, events);
    await blobs.sweep((hash) => isNamed(world.s3, hash));
    const onUnnamed = (take: typeof takeUnnamed) => {
      takeUnnamed = take;
    };
    return { world, journal, blobs, onUnnamed };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function firstEvents(beginning: Beginning): Promise<WorldEvent[]> {
  const { entropy, realNow, startAt: at = realNow, speed = 1 } = beginning;
  const masterKey = Buffer.from(beginning.masterKey ?? entropy.bytes(32));
  const written = beginning.configuration ?? beginning.defaultConfiguration();
  const configuration = await withSafeSecrets(written, secretKey(masterKey));
  return [
    { type: "world.created", at, masterKey: masterKey.toString("base64") },
    { type: "clock.set", at, setting: settingAt(at, realNow, speed), runningSpeed: speed === 0 ? 1 : speed },
    { type: "configuration.loaded", at, configuration },
  ];
}

async function laterEvents(world: World, beginning: Beginning): Promise<WorldEvent[]> {
  const { data, masterKey, startAt, speed, realNow } = beginning;
  if (startAt !== undefined) throw new Error(`the world in ${data} has its time already: leave the start time out`);
  if (masterKey && !world.masterKey?.equals(secretKey(masterKey)))
    throw new Error(`the world in ${data} was made with another master key`);
  const setting = keptSetting(world, realNow);
  const at = reading(setting, realNow);
  const events: WorldEvent[] = [];
  if (speed !== undefined && speed !== setting.speed)
    events.push({
      type: "clock.set",
      at,
      setting: settingAt(at, realNow, speed),
      runningSpeed: speed === 0 ? 1 : speed,
    });
  const configuration =
    beginning.configuration && (await withSafeSecrets(beginning.configuration, requireMasterKey(world)));
  if (configuration && JSON.stringify(configuration) !== JSON.stringify(world.configuration))
    events.push({ type: "configuration.loaded", at, configuration });
  return events;
}

/** Where the kept clock stands now. Time goes on while nobody runs the world, but never starts before its last event. */
export function keptSetting({ clock, lastEventAt }: World, realNow: number): ClockSetting {
  if (!clock) throw new TypeError("the journal has no clock");
  const { setting } = clock;
  return reading(setting, realNow) < lastEventAt ? settingAt(lastEventAt, realNow, setting.speed) : setting;
}
