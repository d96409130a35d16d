// With --data a world outlives its process, however that ends: users' objects, renewals, the clock and the credentials in force.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { pause } from "../../clock/real-time.ts";
import { dice } from "../../entropy/dice.ts";
import { roleCredentials, s3Client } from "../simulation/client.ts";
import { ANYWHERE, mayfly, type Up, up } from "./running.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const WRITERS = 8;
const ROUNDS = 6;

/** What must be found under a key: the content that was acknowledged last, or what was under way when the process ended. */
type Kept = Map<string, readonly (string | undefined)[]>;

/** Writes and deletes its own keys until the process is gone. */
async function work(s3: S3Client, writer: number, round: number, kept: Kept): Promise<void> {
  for (let i = 0; ; i++) {
    const Key = `writer-${writer}/${i % 5}`;
    const Body = i % 4 === 3 ? undefined : `writer ${writer}, round ${round}, write ${i} ${"x".repeat(i * 100)}`;
    kept.set(Key, [...(kept.get(Key) ?? [undefined]), Body]);
    const target = { Bucket: "mybucket", Key };
    try {
      if (Body === undefined) await s3.send(new DeleteObjectCommand(target));
      else await s3.send(new PutObjectCommand({ ...target, Body }));
    } catch {
      return;
    }
    kept.set(Key, [Body]);
  }
}

async function contentOf(s3: S3Client, Key: string): Promise<string | undefined> {
  try {
    return await (await s3.send(new GetObjectCommand({ Bucket: "mybucket", Key }))).Body?.transformToString();
  } catch (error) {
    expect(error).toMatchObject({ name: "NoSuchKey" });
    return undefined;
  }
}

/** All files below a directory. */
const filesIn = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

test(`killed at any moment it loses nothing that it acknowledged, MAYFLY_TEST_SEED=${seed}`, async () => {
  const { integer } = dice(`${seed}/killed`);
  const data = mkdtempSync(join(tmpdir(), "mayfly-killed-"));
  const kept: Kept = new Map();
  let running: Up | undefined;
  try {
    running = await up(["--data", data]);
    for (let round = 0; round < ROUNDS; round++) {
      const control = ["--control", running.urls.control];
      expect((await mayfly(["advance", "25m", ...control])).status).toBe(0);
      if (round % 2 === 1) expect((await mayfly(["rotate", ...control])).status).toBe(0);
      const before = await roleCredentials(running.urls.imds);
      const { output } = await mayfly(["clock", ...control]);
      const s3 = s3Client(running, before);
      const writers = Array.from({ length: WRITERS }, (_, writer) => work(s3, writer, round, kept));
      await pause(30 + integer(600));
      await running.end("SIGKILL");
      await Promise.all(writers);

      running = await up(["--data", data]);
      expect(await roleCredentials(running.urls.imds)).toEqual(before);
      const now = Date.parse((await mayfly(["clock", "--control", running.urls.control])).output.split(" ")[0] ?? "");
      const passed = now - Date.parse(output.split(" ")[0] ?? "");
      expect(passed).toBeGreaterThanOrEqual(0);
      expect(passed).toBeLessThan(20_000);
      const again = s3Client(running, before);
      let objects = 0;
      for (const [key, possible] of kept) {
        const content = await contentOf(again, key);
        expect(possible).toContain(content);
        kept.set(key, [content]);
        if (content !== undefined) objects++;
      }
      // Contents differ, so that each object is a blob of its own; what had no name any more was swept at the start.
      expect(filesIn(join(data, "blobs"))).toHaveLength(objects);
    }
  } finally {
    await running?.end("SIGKILL");
    rmSync(data, { recursive: true });
  }
}, 120_000);

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
