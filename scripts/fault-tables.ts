// Which tables in docs/faults.md does the code itself print? The faults with their parameters, the limits, and AWS's errors as each
// service words them.

import { QUERY_REFUSALS } from "../aws-api/refusals/query.ts";
import { word } from "../aws-api/refusals/refusal.ts";
import { S3_REFUSALS } from "../aws-api/refusals/s3.ts";
import { AWS_ERRORS, type AwsErrorName, isKnownTo, refusalOf } from "../faults/aws-errors.ts";
import type { Asked } from "../faults/fault.ts";
import { type FaultDescription, faultDescriptions, limitDescriptions, type Option } from "../faults/table.ts";

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
export const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");

const parameter = ({ name, required, description }: Option) =>
  `\`${name}\`${required ? "" : " (optional)"}: ${description}`;

function faultRow({ name, summary, faces, parameters, usual }: FaultDescription): string[] {
  const limits = Object.entries(usual).map(([limit, value]) => `\`${limit}: ${value}\``);
  const also = limits.length === 0 ? "" : `; unless told otherwise ${limits.join(", ")}`;
  return [`\`${name}\``, faces.join(", "), summary + also, parameters.map(parameter).join("; ")];
}

const ASKED: Asked = {
  face: "aws",
  request: {
    method: "GET",
    target: "/",
    rawHeaders: [],
    body: (async function* () {})(),
    at: 0,
    realAt: 0,
    remoteAddress: "",
    remotePort: 50_000,
    localAddress: "",
    localPort: 0,
  },
};

function wordOf(error: AwsErrorName, service: "sts" | "s3"): string {
  if (!isKnownTo(error, service)) return "passes";
  const wording = service === "sts" ? QUERY_REFUSALS : S3_REFUSALS;
  const { status, code } = word(wording, refusalOf(error, ASKED), ASKED.request);
  return `${status} ${code}`;
}

export const TABLES: Readonly<Record<string, () => string>> = {
  faults: () => table(["fault", "where", "what a client meets", "parameters"], faultDescriptions().map(faultRow)),
  limits: () =>
    table(
      ["limit", "meaning"],
      limitDescriptions().map(({ name, description }) => [`\`${name}\``, description]),
    ),
  errors: () =>
    table(
      ["`error`", "STS answers", "S3 answers"],
      AWS_ERRORS.map((error) => [`\`${error}\``, wordOf(error, "sts"), wordOf(error, "s3")]),
    ),
};
