// mayfly exec: runs a program as if on an instance, or with a user's access key, and ends as it ended.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { Command, Option } from "commander";
import { type EnvironmentQuery, isolate, programEnvironment } from "../index.ts";
import { environmentAt, withPlace } from "./environment.ts";
import { type ControlOptions, controlsOf, numberBetween, withControl } from "./options.ts";

export { programEnvironment };

// What the clients' own sources say of AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_ENDPOINT_URL.
const HELP = `
HOME, the directory and all other variables stay. Removed are AWS_*, ECS_CONTAINER_METADATA_URI*, BOTO_CONFIG, the proxy
variables and npm's own;
set are those that \`mayfly env\` prints.

Clients that ignore some of the variables and must be told in their own way:
  AWS CLI before 2.13 (Debian 12 has 2.9)   no AWS_ENDPOINT_URL: give --endpoint-url
  AWS SDK for Go v1, Java v1, JavaScript v2  no AWS_ENDPOINT_URL: set the endpoint in code
  AWS SDK for Java v1                        AWS_EC2_METADATA_SERVICE_ENDPOINT only, no endpoint mode
  minio-go, minio-py                         none of them: pass both endpoints in code
  Docker containers                          the variables end at the container's wall; see the sidecar

With --isolated none of that is needed (Linux, no root). The program gets a network of its own in which 169.254.169.254 is the
instance's metadata service and every name under amazonaws.com, amazonaws.com.cn and api.aws leads to Mayfly, with TLS; no other
name or network is there. Its uid, directory, input and output, signals and exit status stay. No endpoint, key or region is set,
and ~/.aws is empty. Mayfly's certificate authority is trusted by the system's bundle and by Java's, and REQUESTS_CA_BUNDLE,
CURL_CA_BUNDLE, SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name it. Not AWS_CA_BUNDLE: rclone, for one, does not start under it.`;

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

const directory = () => process.env.INIT_CWD ?? process.cwd();

function startPlain(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(program, args, { stdio: "inherit", env, cwd: directory() });
  return { process: child, ended: once(child, "exit") as Promise<never> };
}

/** Runs the program with our stdio; resolves with its exit status, 128 + n when signal n ended it. */
async function run(start: () => Running | Promise<Running>): Promise<number> {
  // Before the program is there: a signal that comes as it starts must not end us and leave it behind. A terminal's Ctrl-C reaches
  // the program by itself; then ours only must not end us before it.
  const early: NodeJS.Signals[] = [];
  let pass = (signal: NodeJS.Signals): unknown => early.push(signal);
  for (const signal of PASSED_ON) {
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : pass(signal)));
  }
  const running = await start();
  pass = (signal) => running.process.kill(signal);
  for (const signal of early) pass(signal);
  const [code, signal] = await running.ended;
  return signal ? 128 + constants.signals[signal] : (code ?? 1);
}

function unstartable(program: string, { code, message }: NodeJS.ErrnoException): Error {
  return new Error(code === "ENOENT" ? `${program}: no such program on the PATH` : `${program}: ${message}`);
}

interface ExecOptions extends ControlOptions, EnvironmentQuery {
  readonly isolated?: true;
  readonly forward?: readonly number[];
}

async function runPlain(words: readonly [string, ...string[]], options: ExecOptions): Promise<number> {
  const environment = programEnvironment(process.env, await environmentAt(options));
  const [program, ...args] = words;
  return run(() => startPlain(program, args, environment)).catch((problem) => {
    throw unstartable(program, problem);
  });
}

async function runIsolated([program, ...args]: readonly [string, ...string[]], options: ExecOptions): Promise<number> {
  const { instance, task, pod, forward = [] } = options;
  const controls = controlsOf(options);
  const own = await controls.environment({ instance, task, pod, isolated: true });
  const environment = programEnvironment(process.env, own);
  const place = { instance, container: task !== undefined || pod !== undefined };
  await using stack = new AsyncDisposableStack();
  return await run(async () =>
    stack.use(await isolate({ controls, place, program, args, directory: directory(), environment, forward })),
  );
}

const port = (text: string, before: readonly number[] = []) => [...before, numberBetween(1, 65_535, true)(text)];

export function execCommand(): Command {
  return withPlace(withControl(new Command("exec").description("run a program as if on an instance or in a container")))
    .argument("<command...>", "the program and its arguments, after --")
    .addOption(
      new Option("--isolated", "in a network of its own that holds 169.254.169.254 and AWS's names").conflicts("user"),
    )
    .addOption(
      new Option("--forward <port>", "with --isolated: a service inside is reached at 127.0.0.1:port; can be repeated")
        .argParser(port)
        .implies({ isolated: true }),
    )
    .passThroughOptions()
    .addHelpText("after", HELP)
    .action(async (words: string[], options: ExecOptions) => {
      const command = words as [string, ...string[]];
      process.exitCode = await (options.isolated ? runIsolated(command, options) : runPlain(command, options));
    });
}
