// With --data a world outlives its process, however that ends: objects, users, renewals, the clock and the credentials in force.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateUserCommand,
  DeleteUserCommand,
  IAMClient,
  ListUserTagsCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { pause } from "../../clock/real-time.ts";
import { dice } from "../../entropy/dice.ts";
import { roleCredentials, s3Client } from "../simulation/client.ts";
import { ANYWHERE, mayfly, type Up, up } from "./running.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
/** Each of both kinds. */
const WRITERS = 6;
/** A few hundred for who wants to be sure; a kill takes about two seconds. */
const KILLS = Number(process.env.MAYFLY_TEST_KILLS ?? 6);

/** A place where writers keep values, each under its own keys; undefined stands for nothing. */
interface Place {
  write(key: string, before: string | undefined, value: string | undefined): Promise<unknown>;
  read(key: string): Promise<string | undefined>;
}

/** What must be found under a key: the value that was acknowledged last, or what was under way when the process ended. */
type Kept = Map<string, readonly (string | undefined)[]>;

const gone = (name: string) => (error: unknown) => {
  expect(error).toMatchObject({ name });
  return undefined;
};

function objects(s3: S3Client): Place {
  const Bucket = "mybucket";
  return {
    write: (Key, _, Body) =>
      Body === undefined
        ? s3.send(new DeleteObjectCommand({ Bucket, Key }))
        : s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    read: (Key) =>
      s3.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body?.transformToString(), gone("NoSuchKey")),
  };
}

/** Users with a tag. */
function users(iam: IAMClient): Place {
  const Tags = (Value: string) => [{ Key: "value", Value }];
  return {
    write(UserName, before, value) {
      if (value === undefined) return iam.send(new DeleteUserCommand({ UserName }));
      if (before === undefined) return iam.send(new CreateUserCommand({ UserName, Tags: Tags(value) }));
      return iam.send(new TagUserCommand({ UserName, Tags: Tags(value) }));
    },
    read: (UserName) =>
      iam
        .send(new ListUserTagsCommand({ UserName }))
        .then(({ Tags: found }) => found?.[0]?.Value, gone("NoSuchEntityException")),
  };
}

/** Writes and deletes its own keys until the process is gone: until then none of it is refused. */
async function work({ write }: Place, writer: string, round: number, kept: Kept, isKilled: () => boolean) {
  for (let i = 0; ; i++) {
    const key = `${writer}-${i % 5}`;
    const [before] = kept.get(key) ?? [undefined];
    const value = i % 4 === 3 && before !== undefined ? undefined : `${writer} in round ${round} as number ${i}`;
    kept.set(key, [before, value]);
    try {
      await write(key, before, value);
    } catch (error) {
      if (isKilled()) return;
      throw error;
    }
    kept.set(key, [value]);
  }
}

/** Reads all back; from then on what was found is what is kept. Gives how many there are. */
async function check({ read }: Place, kept: Kept): Promise<number> {
  for (const [key, possible] of kept) {
    const found = await read(key);
    expect(possible).toContain(found);
    kept.set(key, [found]);
  }
  return kept.values().reduce((count, [value]) => count + (value === undefined ? 0 : 1), 0);
}

/** All files below a directory. */
const filesIn = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

/** Where both kinds of writers write. */
async function placesOf(running: Up, instance: Awaited<ReturnType<typeof roleCredentials>>) {
  const { output } = await mayfly(["env", "--user", "alice", "--json", "--control", running.urls.control]);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = JSON.parse(output);
  const credentials = { accessKeyId, secretAccessKey };
  const iam = new IAMClient({ region: "us-east-1", endpoint: running.urls.aws, credentials, maxAttempts: 1 });
  return { objects: objects(s3Client(running, instance)), users: users(iam) };
}

test(
  `killed at any of ${KILLS} moments it loses nothing that it acknowledged, MAYFLY_TEST_SEED=${seed}`,
  async () => {
    const { integer } = dice(`${seed}/killed`);
    const data = mkdtempSync(join(tmpdir(), "mayfly-killed-"));
    const kept = { objects: new Map() as Kept, users: new Map() as Kept };
    const found = { objects: 0, users: 0 };
    let running: Up | undefined;
    try {
      running = await up(["--data", data]);
      for (let round = 0; round < KILLS; round++) {
        const control = ["--control", running.urls.control];
        expect((await mayfly(["advance", "25m", ...control])).status).toBe(0);
        if (round % 2 === 1) expect((await mayfly(["rotate", ...control])).status).toBe(0);
        const before = await roleCredentials(running.urls.imds);
        const really = Date.now();
        const { output } = await mayfly(["clock", ...control]);
        const places = await placesOf(running, before);
        let killed = false;
        const writers = Array.from({ length: WRITERS }, (_, writer) => [
          work(places.objects, `objects-${writer}`, round, kept.objects, () => killed),
          work(places.users, `users-${writer}`, round, kept.users, () => killed),
        ]).flat();
        await pause(30 + integer(600));
        killed = true;
        await running.end("SIGKILL");
        await Promise.all(writers);

        running = await up(["--data", data]);
        expect(await roleCredentials(running.urls.imds)).toEqual(before);
        const now = Date.parse((await mayfly(["clock", "--control", running.urls.control])).output.split(" ")[0] ?? "");
        const passed = now - Date.parse(output.split(" ")[0] ?? "");
        expect(passed).toBeGreaterThanOrEqual(0);
        expect(passed).toBeLessThanOrEqual(Date.now() - really);
        const again = await placesOf(running, before);
        found.users += await check(again.users, kept.users);
        // Contents differ, so that each object is a blob of its own; what had no name any more was swept at the start.
        const objectsThere = await check(again.objects, kept.objects);
        expect(filesIn(join(data, "blobs"))).toHaveLength(objectsThere);
        found.objects += objectsThere;
      }
      expect([found.objects > 0, found.users > 0]).toEqual([true, true]);
    } finally {
      await running?.end("SIGKILL");
      rmSync(data, { recursive: true });
    }
  },
  20_000 * KILLS,
);

test("a second process on the same directory is refused in one line", async () => {
  const data = mkdtempSync(join(tmpdir(), "mayfly-killed-"));
  try {
    await using _ = await up(["--data", data]);
    const { status, output, errors } = await mayfly(["up", ...ANYWHERE, "--data", data]);
    expect([status, output]).toEqual([1, ""]);
    expect(errors).toMatch(
      /^mayfly: \S+journal\.sqlite is in use by another process: stop that one, or choose another directory\n$/,
    );
  } finally {
    rmSync(data, { recursive: true });
  }
});
