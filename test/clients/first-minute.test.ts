// The README's first minute, with a real `mayfly up` and the AWS CLI, in a shell of a user who has a profile of his own.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { describeWith } from "../requires.ts";
import { AWS_CLI_1, awsCli1, curl, ROOT } from "./software.ts";

const everywhere = ["--imds", "--aws", "--control"].flatMap((face) => [face, "127.0.0.1:0"]);

describeWith([awsCli1, curl], "the first minute", () => {
  test("goes as the README says", async () => {
    const running = spawn(process.execPath, [join(ROOT, "bin/mayfly.js"), "up", "--json", ...everywhere], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(running, "exit");
    try {
      const [line] = await once(createInterface(running.stdout), "line");
      const { output, errors } = play(JSON.parse(line).control);
      const steps = [
        /"Arn": "arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17}"/,
        /^\S+ \S+ +\d+ now$/m,
        /^\S+ running 1 times as fast as the real time$/m,
        /^\S+ \S+ +\d+ now$/m,
        /^delete: s3:\/\/mybucket\/now$/m,
      ];
      expect(output).toMatch(new RegExp(steps.map(({ source }) => source).join("[^]*"), "m"));
      const refusals = [
        /\(AccessDenied\).*"arn:aws:s3:::otherbucket" because no identity-based policy allows the s3:ListBucket action/,
        /\(ExpiredToken\) when calling the ListObjectsV2 operation: The provided token has expired\./,
      ];
      expect(errors).toMatch(new RegExp(refusals.map(({ source }) => source).join("[^]*")));
      expect(errors.match(/An error occurred/g)).toHaveLength(2);
    } finally {
      running.kill();
    }
    expect(await ended).toEqual([0, null]);
  });
});

function play(control: string) {
  const env = {
    ...process.env,
    PATH: `${dirname(AWS_CLI_1)}${delimiter}${process.env.PATH}`,
    MAYFLY_CONTROL: control,
    AWS_PROFILE: "my-own",
    AWS_ACCESS_KEY_ID: "AKIAMYOWN",
    HTTP_PROXY: "http://127.0.0.1:9",
  };
  const { stdout, stderr } = spawnSync("bash", ["test/clients/first-minute.sh"], { cwd: ROOT, env, encoding: "utf8" });
  return { output: stdout, errors: stderr };
}
