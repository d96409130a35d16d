// mayfly requests, expect and wait: what was asked of a running Mayfly, and whether it is as it should be.

import { Command, Option } from "commander";
import {
  checkExpectation,
  type DroppedRequests,
  type Expectation,
  ExpectationError,
  entryLine,
  parseDuration,
  type RequestConditions,
  type RequestEntry,
  requestConditions,
  type Verdict,
} from "../index.ts";
import { type ControlOptions, checkedBy, controlsOf, numberBetween, print, withAnswer } from "./options.ts";

const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const count = numberBetween(0, Number.MAX_SAFE_INTEGER, true);

/** One for each condition on requests. */
const conditionOptions = () =>
  requestConditions.map(({ name, value, about, choices, check }) => {
    const option = new Option(`--${kebabCase(name)} <${value}>`, about);
    return choices ? option.choices(choices) : option.argParser(checkedBy(check));
  });

function command(name: string, description: string, own: readonly Option[]): Command {
  const made = withAnswer(new Command(name).description(description));
  for (const option of [...conditionOptions(), ...own]) made.addOption(option);
  return made;
}

/** What the condition options of a command line say, out of all its options. */
function conditionsOf(options: object): RequestConditions {
  const given = Object.entries(options).filter(([name]) =>
    requestConditions.some((condition) => condition.name === name),
  );
  return Object.fromEntries(given);
}

interface RequestsOptions extends ControlOptions {
  readonly limit?: number;
  readonly follow?: true;
}

export function requestsCommand(): Command {
  return command("requests", "list the last requests at IMDS, the AWS endpoints and those of containers", [
    new Option("--limit <n>", "at most so many, the newest").argParser(count),
    new Option("--follow", "go on with those that come, until this is ended; with --json one line each"),
  ]).action((options: RequestsOptions) => (options.follow ? follow(options) : list(options)));
}

async function list(options: RequestsOptions): Promise<void> {
  const { json, limit } = options;
  const report = await controlsOf(options).requests({ ...conditionsOf(options), limit });
  if (!json && report.requests.length === 0) process.stderr.write("no such request\n");
  else print(json, report, ({ requests }) => requests.map(entryLine).join("\n"));
  if (report.dropped > 0 && !json)
    process.stderr.write(`the oldest ${report.dropped} of ${report.total} requests are no longer kept\n`);
}

async function follow(options: RequestsOptions): Promise<void> {
  const controls = controlsOf(options);
  const conditions = conditionsOf(options);
  const { requests, total } = await controls.requests({ ...conditions, limit: options.limit });
  for (const entry of requests) tell(options, entry);
  for await (const entry of controls.followRequests({ ...conditions, after: total })) tell(options, entry);
}

function tell({ json }: RequestsOptions, entry: RequestEntry | DroppedRequests): void {
  if (json || !("dropped" in entry)) print(json, entry, (one) => entryLine(one as RequestEntry));
  else process.stderr.write(`${entry.dropped} requests came too fast to be shown\n`);
}

interface ExpectOptions extends ControlOptions, Omit<Expectation, "query" | "inOrder"> {
  readonly inOrder?: readonly string[];
  readonly timeout?: string;
}

const duration = (flags: string, about: string) => new Option(flags, about).argParser(checkedBy(parseDuration));

const expectationOptions = () => [
  new Option("--at-least <n>", "at least so many requests; 1 when nothing is said").argParser(count),
  new Option("--at-most <n>", "at most so many requests").argParser(count),
  new Option("--exactly <n>", "exactly so many requests").argParser(count),
  new Option("--none", "no such request at all"),
  new Option(
    "--in-order <query...>",
    "instead of conditions: a request for each query, in this order, written as for GET /requests: 'method=PUT&status=200'",
  ),
  duration("--within <duration>", "the longest simulated time from the first to the last"),
  duration("--within-real <duration>", "the longest real time from the first to the last"),
];

function expectationOf(options: ExpectOptions): Expectation {
  const { atLeast, atMost, exactly, none, inOrder, within, withinReal } = options;
  const query = conditionsOf(options);
  return checkExpectation({
    query: Object.keys(query).length === 0 ? undefined : query,
    ...{ atLeast, atMost, exactly, none, within, withinReal },
    inOrder: inOrder?.map((text) => Object.fromEntries(new URLSearchParams(text))),
  });
}

/** Prints the verdict; the exit status says whether it passed. */
async function judged(options: ExpectOptions, verdict: Promise<Verdict>): Promise<void> {
  try {
    print(options.json, await verdict, ({ message }) => message);
  } catch (problem) {
    if (!options.json || !(problem instanceof ExpectationError)) throw problem;
    print(true, problem.verdict, () => "");
    process.exitCode = 1;
  }
}

/** A command about an expectation; one that makes no sense is a mistake of the call. */
function expecting(
  name: string,
  description: string,
  own: readonly Option[],
  ask: (expectation: Expectation, options: ExpectOptions) => Promise<Verdict>,
): Command {
  return command(name, description, [...expectationOptions(), ...own]).action(async (options: ExpectOptions, made) => {
    let expectation: Expectation;
    try {
      expectation = expectationOf(options);
    } catch (problem) {
      return (made as Command).error(`error: ${(problem as Error).message}`);
    }
    return judged(options, ask(expectation, options));
  });
}

export const expectCommand = () =>
  expecting(
    "expect",
    "exit status 0 when the requests so far are as expected, 1 when not, with what was seen instead",
    [],
    (expectation, options) => controlsOf(options).expect(expectation),
  );

export const waitCommand = () =>
  expecting(
    "wait",
    "the same as soon as the requests are as expected, or at the timeout",
    [duration("--timeout <duration>", "how long to wait in real time; 30s unless given")],
    (expectation, options) => controlsOf(options).waitFor(expectation, { timeout: options.timeout }),
  );
