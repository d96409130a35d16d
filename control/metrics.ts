// What does Prometheus see? One row for each metric, read when it is scraped: a request pays for nothing here.

import type { Counter, Gauge } from "prom-client";
import type { InstanceCounts, RequestCounts } from "./request-counts.ts";
import type { RequestLog } from "./request-log.ts";

/** What there is to be measured, at the moment of the scrape. Instants are epoch milliseconds. */
export interface Measured {
  readonly counts: RequestCounts;
  readonly log: RequestLog;
  readonly now: number;
  /** Simulated seconds in a real second. */
  readonly speed: number;
  readonly journalPosition: number;
  /** How many instances there are, those of templates included. */
  readonly instances: number;
  /** How many credentials were announced as issued, renewed and expired. */
  readonly announced: Readonly<Record<string, number>>;
  /** When the simulated credentials in force expire, by the name in the configuration; of a template those of its first instance. */
  readonly expiries: Iterable<readonly [name: string, expiresAt: number]>;
  /** What instances asked of IMDS, by the name in the configuration; the instances of a template are added up. */
  readonly asked: ReadonlyMap<string, InstanceCounts>;
}

type Sample = readonly [labels: Readonly<Record<string, string | number>>, value: number];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  samples(measured: Measured): Iterable<Sample>;
}

const single = (value: (measured: Measured) => number) => (measured: Measured) => [[{}, value(measured)]] as Sample[];

/**
 * One series for each entry of the configuration, so that a template of 100,000 instances is one. `instance` would be the label that
 * Prometheus itself gives to what it scrapes.
 */
const ofInstances = (count: keyof InstanceCounts) => ({
  labels: ["instance_name"],
  samples: ({ asked }: Measured) =>
    Array.from(asked, ([instance_name, counts]): Sample => [{ instance_name }, counts[count]]),
});

/** They only grow, until the simulation is reset. */
const COUNTERS: readonly Metric[] = [
  {
    name: "mayfly_requests_total",
    help: "Requests by face and status",
    labels: ["face", "status"],
    *samples({ counts }) {
      for (const [face, status, count] of counts.statuses()) yield [{ face, status }, count];
    },
  },
  { name: "mayfly_imds_requests_total", help: "Requests at IMDS", ...ofInstances("requests") },
  { name: "mayfly_imds_tokens_minted_total", help: "IMDSv2 tokens minted", ...ofInstances("tokensMinted") },
  {
    name: "mayfly_credentials_delivered_total",
    help: "Reads of role credentials that were answered with some",
    ...ofInstances("credentialsDelivered"),
  },
  {
    name: "mayfly_metadata_no_token_total",
    help: "CloudWatch's MetadataNoToken: successful reads without a token",
    ...ofInstances("MetadataNoToken"),
  },
  {
    name: "mayfly_metadata_no_token_rejected_total",
    help: "CloudWatch's MetadataNoTokenRejected: reads refused for want of a token",
    ...ofInstances("MetadataNoTokenRejected"),
  },
  {
    name: "mayfly_credentials_announced_total",
    help: "Credentials that were issued, renewed, or expired",
    labels: ["kind"],
    samples: ({ announced }) => Object.entries(announced).map(([kind, count]): Sample => [{ kind }, count]),
  },
  {
    name: "mayfly_faults_struck_total",
    help: "Requests that a fault struck",
    labels: ["fault"],
    samples: ({ counts }) => Array.from(counts.faults, ([fault, count]): Sample => [{ fault }, count]),
  },
  {
    name: "mayfly_request_log_dropped_total",
    help: "Requests that the log no longer keeps",
    samples: single(({ log }) => log.dropped),
  },
];

const GAUGES: readonly Metric[] = [
  {
    name: "mayfly_credentials_left_seconds",
    help: "Simulated seconds to the expiry of the simulated credentials in force; of a template those of its first instance",
    labels: ["instance_name"],
    samples: ({ expiries, now }) =>
      Array.from(expiries, ([instance_name, expiresAt]): Sample => [{ instance_name }, (expiresAt - now) / 1000]),
  },
  {
    name: "mayfly_simulated_time_seconds",
    help: "The simulated instant in seconds since the Unix epoch",
    samples: single(({ now }) => now / 1000),
  },
  {
    name: "mayfly_clock_speed",
    help: "Simulated seconds in a real second; 0 while paused",
    samples: single(({ speed }) => speed),
  },
  {
    name: "mayfly_instances",
    help: "Instances, those of templates included",
    samples: single(({ instances }) => instances),
  },
  {
    name: "mayfly_journal_position",
    help: "Events in the journal",
    samples: single(({ journalPosition }) => journalPosition),
  },
];

/** An answer to a scrape. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** The metrics of one simulation: a registry of its own, without what prom-client would tell of the process. */
export function createMetrics(measure: () => Measured): () => Promise<MetricsText> {
  let scrape: Promise<() => Promise<MetricsText>> | undefined;
  return async () => {
    // Loaded by the first scrape: it takes longer than all else at a start.
    scrape ??= import("prom-client").then((prometheus) => scraperOf(prometheus, measure));
    return (await scrape)();
  };
}

function scraperOf(prometheus: typeof import("prom-client"), measure: () => Measured): () => Promise<MetricsText> {
  const registry = new prometheus.Registry();
  let measured: Measured;
  const settings = ({ name, help, labels = [], samples }: Metric) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect(this: Counter | Gauge) {
      this.reset();
      for (const [labels, value] of samples(measured)) this.inc(labels, value);
    },
  });
  for (const metric of COUNTERS) new prometheus.Counter(settings(metric));
  for (const metric of GAUGES) new prometheus.Gauge(settings(metric));
  return async () => {
    measured = measure();
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}
