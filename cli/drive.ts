// The commands that drive a running Mayfly: clock, advance, jump, rotate, requests, reset.

import { Argument, Command, Option } from "commander";
import { type ClockReport, parseDuration, type RequestEntry, type RequestQuery } from "../index.ts";
import { type ControlOptions, checkedBy, controlsOf, numberBetween, print, withAnswer } from "./options.ts";

const pace = (speed: number) => (speed === 1 ? "running" : `running ${speed} times as fast as the real time`);
const told = ({ now, speed, paused }: ClockReport) => `${now} ${paused ? "paused" : pace(speed)}`;

const duration = () =>
  new Argument("<duration>", "how far: 7h, 90s, 1h30m; a bare number is seconds").argParser(checkedBy(parseDuration));

function clockCommand(): Command {
  return withAnswer(new Command("clock").description("tell the simulated time, or change how it runs"))
    .addOption(new Option("--speed <n>", "simulated seconds in a real second").argParser(numberBetween(0, 1_000_000)))
    .addOption(new Option("--pause", "stop the clock").conflicts("resume"))
    .addOption(new Option("--resume", "let it run again"))
    .action(async (options: ControlOptions & { speed?: number; pause?: true; resume?: true }) => {
      const { speed, pause, resume } = options;
      const paused = pause ? true : resume ? false : undefined;
      const { clock } = controlsOf(options);
      const report = speed === undefined && paused === undefined ? clock.read() : clock.set({ speed, paused });
      print(options.json, await report, told);
    });
}

function moveCommand(name: "advance" | "jump", description: string): Command {
  return withAnswer(new Command(name).description(description))
    .addArgument(duration())
    .action(async (distance: string, options: ControlOptions) => {
      print(options.json, await controlsOf(options).clock[name](distance), told);
    });
}

function rotateCommand(): Command {
  return withAnswer(
    new Command("rotate").description("renew credentials now; the old ones stay valid until they expire, as on EC2"),
  )
    .argument("[instance]", "name or id; all instances when absent")
    .action(async (instance: string | undefined, options: ControlOptions) => {
      print(
        options.json,
        await controlsOf(options).rotate(instance),
        ({ instances, at }) => `${at} renewed ${instances.join(", ")}`,
      );
    });
}

function line({
  at,
  face,
  method,
  target,
  status,
  instanceId,
  action,
  principal,
  accessKeyId,
  reason,
  errorCode,
  fault,
}: RequestEntry): string {
  const details = [action, errorCode, principal ?? instanceId, accessKeyId, reason, fault].filter(
    (detail) => detail !== undefined,
  );
  return [at, face.padEnd(4), status, method, target, ...details].join(" ");
}

const requestOptions = [
  new Option("--face <face>", "only one side").choices(["imds", "aws", "ecs", "eks"]),
  new Option("--instance <id>", "only of this instance"),
  new Option("--method <method>", "only with this HTTP method"),
  new Option("--path <beginning>", "only paths that begin so"),
  new Option("--status <n>", "only with this HTTP status").argParser(numberBetween(100, 599, true)),
  new Option("--access-key-id <id>", "only with this key"),
  new Option("--action <action>", "only this operation, such as s3:PutObject or s3:ListObjectsV2"),
  new Option("--user-agent <part>", "only of clients whose User-Agent has this part"),
  new Option("--after <sequence>", "only after this sequence number").argParser(
    numberBetween(0, Number.MAX_SAFE_INTEGER, true),
  ),
  new Option("--limit <n>", "at most so many, the newest").argParser(numberBetween(0, Number.MAX_SAFE_INTEGER, true)),
];

function requestsCommand(): Command {
  const command = withAnswer(
    new Command("requests").description("list the last requests at IMDS, the AWS endpoints and those of containers"),
  );
  for (const filter of requestOptions) command.addOption(filter);
  return command.action(async (options: ControlOptions & RequestQuery) => {
    const { control: _, controlToken: __, json, ...query } = options;
    const report = await controlsOf(options).requests(query);
    if (!json && report.requests.length === 0) process.stderr.write("no such request\n");
    else print(json, report, ({ requests }) => requests.map(line).join("\n"));
    if (report.dropped > 0 && !json)
      process.stderr.write(`the oldest ${report.dropped} of ${report.total} requests are no longer kept\n`);
  });
}

function resetCommand(): Command {
  return withAnswer(
    new Command("reset").description("objects, forced renewals and the request log as the configuration says"),
  ).action(async (options: ControlOptions) => {
    await controlsOf(options).reset();
    print(options.json, { reset: true }, () => "reset; the clock goes on");
  });
}

/** Each works on the Mayfly found at `--control`. */
export function driveCommands(): Command[] {
  return [
    clockCommand(),
    moveCommand("advance", "move the simulated time on, passing through everything on the way"),
    moveCommand("jump", "move the simulated time on at once, as a laptop that was suspended"),
    rotateCommand(),
    requestsCommand(),
    resetCommand(),
  ];
}
