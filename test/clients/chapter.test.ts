// The chapter on identities, examples/chapter/chapter.sh, with the AWS CLI and an authenticator that knows nothing of us, beside a real
// `mayfly up`: its transcript is the one that stands beside it.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { up } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import { AWS_CLI_1, awsCli1, curl, oathtool, ROOT } from "./software.ts";

const folder = join(ROOT, "examples", "chapter");
/** Ids of instances are random. */
const plain = (text: string) => text.replace(/\bi-[0-9a-f]{17}\b/g, "i-…");

describeWith([awsCli1, curl, oathtool], "the chapter on identities", () => {
  test("goes as its transcript says", async () => {
    await using running = await up(["--config", join(folder, "mayfly.yaml")]);
    const own = { PATH: `${dirname(AWS_CLI_1)}${delimiter}${process.env.PATH}`, MAYFLY_CONTROL: running.urls.control };
    const { stdout, stderr, status } = spawnSync("bash", [join(folder, "chapter.sh")], {
      cwd: ROOT,
      env: { ...process.env, ...own },
      encoding: "utf8",
    });
    expect([plain(stdout), stderr, status]).toEqual([readFileSync(join(folder, "transcript.txt"), "utf8"), "", 0]);
  }, 180_000);
});
