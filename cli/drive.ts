// The commands that drive a running Mayfly: clock, advance, jump, rotate, reset, and those of requests.ts.

import { Argument, Command, Option } from "commander";
import { type ClockReport, parseDuration } from "../index.ts";
import { type ControlOptions, checkedBy, controlsOf, numberBetween, print, withAnswer } from "./options.ts";
import { expectCommand, requestsCommand, waitCommand } from "./requests.ts";

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

function resetCommand(): Command {
  return withAnswer(
    new Command("reset").description(
      "objects, instances, forced renewals, faults and the request log as the configuration says",
    ),
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
    expectCommand(),
    waitCommand(),
    resetCommand(),
  ];
}
