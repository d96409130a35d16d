// What does docs/sdk-refresh.md say? The matrix for people: who came through, the figures of each scenario, and the behaviours.

import type { Figures } from "./figures.ts";
import {
  type BehaviourResult,
  type Cell,
  cellAt,
  differing,
  type LabColumn,
  type LabScenario,
  type Matrix,
  type Outcome,
  outcomeOf,
} from "./matrix.ts";

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");

/** `14 min`, `−10 min`, `3 s`: what is before an expiry is positive. */
function span(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  const size = Math.abs(seconds);
  const text =
    size < 120 ? `${size} s` : size < 7200 ? `${Math.round(size / 60)} min` : `${(size / 3600).toFixed(1)} h`;
  return seconds < 0 ? `−${text}` : text;
}

const signOf = (outcome: Outcome["outcome"]) => (outcome === "passed" ? "✓" : "✗");
const some = (number: number) => (number === 0 ? "" : String(number));

export function page(matrix: Matrix): string {
  const { date, mayflyVersion, clients, scenarios, cells, behaviours } = matrix;
  const cellOf = (client: LabColumn, scenario: LabScenario) =>
    cellAt(cells, { client: client.name, scenario: scenario.name });
  const ran = cells.filter(({ figures }) => figures !== undefined).length;
  return [
    "# How the SDKs refresh an instance role's credentials",
    `Written by \`npm run lab\` on ${date}, with Mayfly ${mayflyVersion}: ${clients.length} clients, ${scenarios.length} scenarios; ${ran} of ${cells.length} cells were run. Each
is a run of the client's own code against a simulated instance, whose clock and the client's were moved together; the same in
[JSON](sdk-refresh.json). [lab/](../lab/) has the probes: a loop of signed calls, as a service makes them. A newer version of a client is
one changed line there, and \`npm run lab -- --client boto3 --scenario imds-outage\` repeats one cell.`,
    "## The clients",
    `Workers call at the same time, and pause between two calls in simulated time. What Python and JavaScript throw dice for falls the same in
each run; where another client throws dice, a repeat may come out otherwise.`,
    table(
      ["client", "version", "workers", "pause"],
      clients.map(({ name, title, version, workers, pauseSeconds, isIsolated }) => [
        `\`${name}\`: ${title}${isIsolated ? ", in a network of its own" : ""}`,
        version,
        String(workers),
        span(pauseSeconds),
      ]),
    ),
    "## Who came through",
    `✓ came through, ✗ did not; with it the margin: how long before the expiry of its old keys the client used new ones, negative afterwards (where
the metadata service had none until then, that is no fault). What each scenario demands stands below.`,
    table(
      ["", ...scenarios.map(({ name }) => `[${name}](#${name})`)],
      clients.map((client) => [client.name, ...scenarios.map((scenario) => mark(cellOf(client, scenario)))]),
    ),
    ...repeatPart(matrix),
    ...scenarios.map((scenario) => scenarioPart(scenario, clients, (client) => cellOf(client, scenario))),
    "## Behaviours",
    "What users of these clients meet, each reproduced by one command. Where one does not show, it says what was seen instead.",
    ...behaviours.map(behaviourPart),
    "",
  ].join("\n\n");
}

function mark(cell: Cell | undefined): string {
  const { figures } = cell ?? {};
  if (figures === undefined) return "–";
  const sign = signOf(figures.outcome);
  return figures.marginSeconds === undefined ? sign : `${sign} ${span(figures.marginSeconds)}`;
}

function repeatPart(matrix: Matrix): readonly string[] {
  const repeated = matrix.cells.filter(({ repeated }) => repeated !== undefined).length;
  if (repeated === 0) return [];
  const others = differing(matrix);
  const told = `The whole was run again (\`npm run lab -- --repeat\`): ${repeated - others.length} of ${repeated} cells came out the same, with the same checks failed.`;
  if (others.length === 0) return [told];
  const verdict = ({ outcome, failed }: Outcome) =>
    [signOf(outcome), failed.map((name) => `\`${name}\``).join(", ")].join(" ").trim();
  return [
    `${told} The others:`,
    table(
      ["client", "scenario", "first", "then"],
      others.map(({ client, scenario, figures, repeated }) => [
        client,
        scenario,
        verdict(outcomeOf(figures)),
        verdict(repeated),
      ]),
    ),
  ];
}

function scenarioPart(
  { name, title, description, expected }: LabScenario,
  clients: readonly LabColumn[],
  cellOf: (client: LabColumn) => Cell | undefined,
): string {
  const rows = clients.map((client) => {
    const { figures, reason = "it has not been run" } = cellOf(client) ?? {};
    return figures === undefined
      ? [client.name, "–", "", "", "", "", "", "", reason]
      : [client.name, ...figureCells(figures)];
  });
  return [
    `### ${name}`,
    `${title}. ${description.trim()} Who does it well: ${expected.trim()}`,
    table(
      [
        ...[
          "client",
          "",
          "asked",
          "in use",
          "requests: renewal, all",
          "without token",
          "calls refused, failed",
          "recovery",
        ],
        "what was wrong",
      ],
      rows,
    ),
  ].join("\n\n");
}

function figureCells(figures: Figures): string[] {
  const { outcome, askedSeconds, marginSeconds, requestsPerRenewal, imdsRequests, imdsV1Requests } = figures;
  const { refusedCalls, failedCalls, recoverySeconds, failed, ending } = figures;
  const wrong = failed.map(({ name, message }) => `\`${name}\`: ${message}`);
  return [
    signOf(outcome),
    span(askedSeconds),
    span(marginSeconds),
    `${requestsPerRenewal}, ${imdsRequests}`,
    some(imdsV1Requests),
    refusedCalls + failedCalls === 0 ? "" : `${refusedCalls}, ${failedCalls}`,
    recoverySeconds === undefined || recoverySeconds === 0 ? "" : span(recoverySeconds),
    [...wrong, ...(ending === "asked" || wrong.length > 0 ? [] : [ending])].join("; "),
  ];
}

function behaviourPart(behaviour: BehaviourResult, index: number): string {
  const { id, title, client, version, scenario, expect, sources, isReproduced, isRepeated, seen } = behaviour;
  const verdict = isReproduced === undefined ? "Not run" : isReproduced ? "Seen" : "Not seen";
  const again =
    isRepeated === undefined ? "" : isRepeated ? ", and when it was run again" : ", but not when it was run again";
  return [
    `### ${index + 1}. ${title}`,
    `\`npm run lab -- --behaviour ${id}\`: \`${client}\` ${version}, scenario \`${scenario}\`. See ${sources.map((source) => `<${source}>`).join(", ")}.`,
    `- Expect: ${expect}\n- ${verdict}${again}: ${seen.replaceAll("<", "&lt;")}`,
  ].join("\n\n");
}
