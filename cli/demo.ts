// mayfly demo: what an instance role is, played on a terminal in half a minute with a real SDK.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Command, Option } from "commander";
import { type AnnouncementReport, pause, type Simulation, simulate } from "../index.ts";
import type { Task, TaskAnswer } from "./demo-client.ts";
import { drawTimeline, type KeyLife } from "./demo-timeline.ts";
import { programEnvironment } from "./exec.ts";
import { numberBetween } from "./options.ts";

const HOUR = 3_600_000;

/** The story's teller: prints, and waits so that it can be read. */
interface Stage {
  readonly simulation: Simulation;
  ask(task: Task, argument?: unknown): Promise<TaskAnswer>;
  say(...lines: string[]): Promise<void>;
}

const SDK = ["@aws-sdk/client-s3", "@aws-sdk/client-sts"];

/** The container image leaves the SDK out, and so does `npm install --omit=optional`. */
function needSdk(): void {
  try {
    for (const name of SDK) import.meta.resolve(name);
  } catch {
    throw new Error(`the demonstration needs optional packages that are not installed: npm install ${SDK.join(" ")}`);
  }
}

async function startClient(simulation: Simulation): Promise<ChildProcess> {
  const env = programEnvironment(process.env, await simulation.environment());
  const extension = import.meta.filename.endsWith(".ts") ? "ts" : "js";
  return fork(new URL(`./demo-client.${extension}`, import.meta.url), {
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

function stage(simulation: Simulation, client: ChildProcess, paceSeconds: number): Stage {
  const ended = once(client, "exit").then(() => Promise.reject(new Error("the program with the SDK has ended")));
  ended.catch(() => {}); // whoever asks is told
  return {
    simulation,
    async ask(task, argument) {
      client.send({ task, argument });
      const [answer] = await Promise.race([once(client, "message"), ended]);
      return answer as TaskAnswer;
    },
    async say(...lines) {
      process.stdout.write(`${lines.map(wrapped).join("\n")}\n`);
      await pause(paceSeconds * 1000);
    },
  };
}

const WIDTH = 100;

/** Breaks a line that is too long at its spaces; what follows is indented as its beginning is. */
function wrapped(line: string): string {
  const [indent = ""] = /^ */.exec(line) ?? [];
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines.at(-1) as string;
    if (last.length + word.length > WIDTH && last.trim() !== "") lines.push(`${indent}${word} `);
    else lines[lines.length - 1] = `${last}${word} `;
  }
  return lines.map((one) => one.trimEnd()).join("\n");
}

const clockTime = (iso: string) => iso.slice(11, 19);
const told = ({ value, error }: TaskAnswer) =>
  error ? `HTTP ${error.status} ${error.code}: ${error.message}` : String(value ?? "done");

async function beginning({ simulation, ask, say }: Stage): Promise<void> {
  const [instance] = (await simulation.state()).instances;
  await say(`An EC2 instance boots: ${instance?.instanceId}, with the role ${instance?.role}.`, "");
  await say("On it runs a program with the AWS SDK for JavaScript. Nobody gave it a key. It asks who it is:");
  await say(`  GetCallerIdentity  ${told(await ask("whoami"))}`, "");
  await say("The SDK found temporary credentials at the instance metadata service. With them it writes an item:");
  await say(`  PutObject mybucket/greeting.txt  ${told(await ask("write", "written with keys that nobody typed"))}`);
  await say("and is refused in any other bucket:", `  ${told(await ask("elsewhere"))}`, "");
  await ask("keep");
  await say(`Somebody copies the keys of this moment, ${told(await ask("key"))}, to use them later.`, "");
}

async function hours({ simulation, ask, say }: Stage): Promise<void> {
  await say("Hours pass, for the server and for the program. Mayfly renews the credentials before they expire:");
  for (let hour = 1; hour <= 7; hour++) {
    await simulation.clock.advance("1h");
    await ask("leap", HOUR);
    const newest = (await simulation.announcements()).findLast(({ kind }) => kind !== "expired");
    const { now } = await simulation.clock.read();
    await say(
      `  ${clockTime(now)}  +${hour}h  ${newest?.accessKeyId} is served, until ${clockTime(newest?.expiresAt ?? now)}`,
    );
  }
}

async function ending({ simulation, ask, say }: Stage): Promise<void> {
  await say("", "The copied keys are tried now, in AWS's own words:", `  ${told(await ask("readWithKept"))}`, "");
  await say("The program itself goes on, with new keys that the SDK fetched by itself:");
  await say(`  GetObject mybucket/greeting.txt  ${told(await ask("read"))}`, `  with ${told(await ask("key"))}`, "");
  const now = Date.parse((await simulation.clock.read()).now);
  const lives = livesOf(await simulation.announcements());
  await say("The lives of the keys:", "", ...drawTimeline(lives, lives[0]?.from ?? now, now), "");
  await say("Try it yourself: mayfly up (from a clone: npm start).");
}

function livesOf(announcements: readonly AnnouncementReport[]): KeyLife[] {
  return announcements
    .filter(({ kind }) => kind !== "expired")
    .map(({ accessKeyId, at, expiresAt }) => ({ accessKeyId, from: Date.parse(at), to: Date.parse(expiresAt) }));
}

export function demoCommand(): Command {
  return new Command("demo")
    .description("play the story of an instance role on this terminal, in half a minute")
    .addOption(new Option("--pace <seconds>", "how long each line stands").argParser(numberBetween(0, 60)).default(1.2))
    .action(async ({ pace }: { pace: number }) => {
      needSdk();
      const free = "127.0.0.1:0";
      await using simulation = await simulate({ listen: { imds: free, aws: free, control: free } });
      const client = await startClient(simulation);
      try {
        const played = stage(simulation, client, pace);
        await beginning(played);
        await hours(played);
        await ending(played);
      } finally {
        client.disconnect();
      }
    });
}
