// How does a probe call again and again? Workers that call, tell each failure in one line, and pause.

import { setTimeout as pause } from "node:timers/promises";

const { PROBE_WORKERS = "1", PROBE_PAUSE_SECONDS = "30" } = process.env;

const tell = ({ name, message }) => void process.stderr.write(`${`${name}: ${message}`.replaceAll(/\s+/g, " ")}\n`);

async function work(call) {
  for (;;) {
    await call().catch(tell);
    await pause(Number(PROBE_PAUSE_SECONDS) * 1000);
  }
}

export function forever(call) {
  // As a service's listener does: where a call never comes back, Node would end as if all were well.
  setInterval(() => {}, 2 ** 30);
  for (let worker = 0; worker < Number(PROBE_WORKERS); worker++) void work(call);
}
