// mayfly up: runs the simulation until it is told to end.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  type Configuration,
  defaultEndpoints,
  parseEndpoint,
  readConfiguration,
  type Simulation,
  type SimulationOptions,
  type StateReport,
  simulate,
} from "../index.ts";
import { checkedBy, numberBetween, option, ownCommand } from "./options.ts";

interface UpOptions {
  readonly config?: string;
  readonly imds: string;
  readonly aws: string;
  readonly control: string;
  readonly linkLocal?: true;
  readonly ecs: string;
  readonly eks: string;
  readonly speed?: number;
  readonly startTime?: number;
  readonly data?: string;
  readonly masterKeyFile?: string;
  readonly seed?: string;
  readonly logSize?: number;
  readonly controlToken?: string;
  readonly json?: true;
}

const SYSTEM_CONFIGURATION = "/etc/mayfly.yaml";

function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError("give an instant such as 2026-11-24T00:00:00Z.");
  return at;
}

function controlToken(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) throw new InvalidArgumentError("give printable ASCII without spaces.");
  return text;
}

/** The configuration file that is meant, if any: the one named, else the machine's. */
const configurationFile = ({ config }: UpOptions) =>
  config ?? (existsSync(SYSTEM_CONFIGURATION) ? SYSTEM_CONFIGURATION : undefined);

const configurationOf = async (options: UpOptions): Promise<{ configuration?: Configuration }> => {
  const file = configurationFile(options);
  return file === undefined ? {} : { configuration: await readConfiguration(file) };
};

async function readMasterKey(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch(({ code }) => {
    throw new Error(`the master key file ${file} cannot be read (${code})`);
  });
  if (bytes.length === 0) throw new Error(`the master key file ${file} is empty: put random bytes into it, 32 or more`);
  return bytes;
}

async function simulationOptions(options: UpOptions): Promise<SimulationOptions> {
  const {
    imds,
    aws,
    control,
    ecs,
    eks,
    linkLocal,
    speed,
    startTime,
    data,
    masterKeyFile,
    seed,
    logSize,
    controlToken,
  } = options;
  return {
    ...(await configurationOf(options)),
    listen: { imds, aws, control, ecs, eks },
    ...(linkLocal === undefined ? {} : { linkLocal }),
    ...(speed === undefined ? {} : { speed }),
    ...(startTime === undefined ? {} : { startAt: startTime }),
    ...(data === undefined ? {} : { data }),
    ...(masterKeyFile === undefined ? {} : { masterKey: await readMasterKey(masterKeyFile) }),
    ...(seed === undefined ? {} : { seed }),
    ...(logSize === undefined ? {} : { logSize }),
    ...(controlToken === undefined ? {} : { controlToken }),
    onWarning: (line) => process.stderr.write(`mayfly: ${line}\n`),
    onProblem: (problem) => process.stderr.write(`mayfly: a fault of its own, please report it: ${problem}\n`),
  };
}

async function welcome(simulation: Simulation): Promise<string> {
  const { urls, linkLocal, controlToken } = simulation;
  const state = await simulation.state();
  const [bucket = "mybucket"] = state.buckets;
  const lines = [
    `Mayfly simulates account ${state.account} in ${state.region}: for tests and demonstrations, never for production.`,
    "",
    ...metadataServices(urls.imds, state.instances),
    ...linkLocal.map((url) => `  ${" ".repeat(13)}  ${url}`),
    `  AWS endpoints  ${urls.aws}   (STS, IAM, EC2 and S3)`,
    ...(urls.ecs === undefined ? [] : [`  ECS tasks      ${urls.ecs}`]),
    ...(urls.eks === undefined ? [] : [`  EKS pods       ${urls.eks}`]),
    `  control API    ${urls.control}${controlToken === undefined ? "" : `   (Authorization: Bearer ${controlToken})`}`,
    "",
    "Paste into another shell, so that its AWS programs find their role:",
    "",
    `  ${callOf(simulation, `env${placeOf(state)}`, 'eval "$(', ')"')}`,
    "",
    "Then try:",
    "",
    "  aws sts get-caller-identity",
    `  date | aws s3 cp - s3://${bucket}/now && aws s3 ls ${bucket}`,
    `  ${callOf(simulation, "advance 7h")}        # those credentials are now refused; a new aws process finds new ones`,
    "",
    "Ctrl-C ends it.",
  ];
  return `${lines.join("\n")}\n`;
}

/** How many instances the start shows, each with the address that means it. */
const SHOWN = 5;

/** The address that others share means a launched instance to itself alone: `mayfly exec --instance` opens one for it. */
function metadataServices(shared: string, instances: StateReport["instances"]): string[] {
  const several = isSeveral(instances);
  const shown = instances.filter(({ name, instanceId, imds }) => imds !== shared || name !== instanceId);
  const lines = shown.slice(0, SHOWN).map((instance) => {
    const { instanceId, role = "none", imds, count } = instance;
    const whose = several ? `${nameOf(instance)}: ${instanceId}` : instanceId;
    const others = count === undefined || count < 2 ? "" : `, the first of ${count}`;
    return `${imds}   (${whose}, role ${role}${others})`;
  });
  if (shown.length > SHOWN) lines.push(`… and ${shown.length - SHOWN} more entries`);
  if (lines.length === 0) lines.push(shared);
  return lines.map((line, index) => `  ${index === 0 ? "IMDS         " : " ".repeat(13)}  ${line}`);
}

/** Of a template, the name of its first instance. */
const nameOf = ({ name, count }: StateReport["instances"][number]) => (count === undefined ? name : `${name}-0`);

const isSeveral = ([first, second]: StateReport["instances"]) => second !== undefined || (first?.count ?? 1) > 1;

/** One of several must be named. Where there is no instance, a task or a pod is as good a place for a program. */
function placeOf({ instances, tasks: [task], pods: [pod] }: StateReport): string {
  const [instance] = instances;
  if (instance !== undefined) return isSeveral(instances) ? ` --instance ${nameOf(instance)}` : "";
  if (task !== undefined) return ` --task ${task.name}`;
  return pod === undefined ? "" : ` --pod ${pod.name}`;
}

/** The command line that reaches this simulation: from a clone by npm, installed by npx. */
function callOf({ urls }: Simulation, words: string, before = "", after = ""): string {
  const found = urls.control === `http://${defaultEndpoints.control}` ? "" : ` --control ${urls.control}`;
  return `${before}${ownCommand()} ${words}${found}${after}`;
}

/** Resolves when the process is asked to end. As PID 1 of a container nobody else would handle these signals. */
function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

function reloadOnHangup(simulation: Simulation, options: UpOptions): void {
  process.on("SIGHUP", async () => {
    try {
      const { configuration } = await configurationOf(options);
      if (configuration) await simulation.configure(configuration);
      process.stderr.write(
        configuration ? "mayfly: configuration taken over\n" : "mayfly: there is no configuration file to take over\n",
      );
    } catch (problem) {
      process.stderr.write(`mayfly: kept the old configuration: ${(problem as Error).message}\n`);
    }
  });
}

async function up(options: UpOptions): Promise<void> {
  await using simulation = await simulate(await simulationOptions(options));
  const ended = askedToEnd();
  reloadOnHangup(simulation, options);
  const { urls, linkLocal } = simulation;
  const ready = { event: "ready", ...urls, ...(options.linkLocal && { linkLocal }) };
  if (options.json) process.stdout.write(`${JSON.stringify(ready)}\n`);
  else process.stdout.write(await welcome(simulation));
  await ended;
}

const endpoint = (face: keyof typeof defaultEndpoints, description: string) =>
  option(`--${face} <host:port>`, description).argParser(checkedBy(parseEndpoint)).default(defaultEndpoints[face]);

export function upCommand(): Command {
  return new Command("up")
    .description(
      "run the simulation; without a configuration the demo world: role mybucket-access, bucket mybucket, user alice",
    )
    .addOption(option("--config <file>", `the configuration, YAML or JSON; ${SYSTEM_CONFIGURATION} when that is there`))
    .addOption(endpoint("imds", "where the instance metadata service listens; port 0 takes a free one"))
    .addOption(endpoint("aws", "where the AWS endpoints listen"))
    .addOption(endpoint("control", "where the control API listens"))
    .addOption(endpoint("ecs", "where containers of ECS tasks get credentials, where the configuration has tasks"))
    .addOption(endpoint("eks", "where pods get credentials, where the configuration has podIdentity"))
    .addOption(
      option(
        "--link-local",
        "also listen at 169.254.169.254:80 and [fd00:ec2::254]:80, in a container or on a machine of its own",
      ),
    )
    .addOption(
      option("--speed <n>", "simulated seconds in a real second; 0 is a clock that only moves when told").argParser(
        numberBetween(0, 1_000_000),
      ),
    )
    .addOption(
      option("--start-time <instant>", "the simulated instant at the start, such as 2026-11-24T00:00:00Z").argParser(
        instant,
      ),
    )
    .addOption(option("--data <directory>", "keep the world here, so that a restart is the same world"))
    .addOption(
      option(
        "--master-key-file <file>",
        "derive all keys from the bytes in this file; two processes with the same file accept each other's",
      ),
    )
    .addOption(option("--seed <seed>", "make the whole world reproducible: keys, ids and tokens follow from it"))
    .addOption(
      option("--log-size <n>", "how many requests the log keeps (default: 10000)").argParser(
        numberBetween(1, 10_000_000, true),
      ),
    )
    .addOption(
      option(
        "--control-token <token>",
        "what the control API wants of its clients (default: a random one beyond loopback, and none on it)",
      ).argParser(controlToken),
    )
    .addOption(new Option("--json", "print one JSON line when all answer"))
    .action(up);
}
