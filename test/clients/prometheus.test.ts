// What does Prometheus itself make of /metrics? Its own linter, and a server that scrapes with the token.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith, program } from "../requires.ts";
import { ask, roleCredentials } from "../simulation/client.ts";

const prometheus = program("prometheus", "--version");
const promtool = program("promtool", "--version");

describeWith([prometheus, promtool], "Prometheus", () => {
  const folder = mkdtempSync(join(tmpdir(), "mayfly-prometheus-"));
  const children: ReturnType<typeof spawn>[] = [];
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate({ speed: 0, startAt: 1_795_478_400_000, listen: { control: "0.0.0.0:0" } });
    await roleCredentials(simulation.urls.imds);
  });
  afterAll(async () => {
    await simulation.close();
    rmSync(folder, { recursive: true });
  });

  test("its linter has nothing to say", async () => {
    const headers = { authorization: `Bearer ${simulation.controlToken}` };
    const { body } = await ask(`${simulation.urls.control}/metrics`, { headers });
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: body, encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });

  /** What such a server knows after it has scraped. */
  async function scraped(authorization: string): Promise<(query: string) => Promise<unknown>> {
    const port = await freePort();
    const config = `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: mayfly
    ${authorization}
    static_configs: [{ targets: ["${new URL(simulation.urls.control).host}"] }]
`;
    const file = join(folder, `${port}.yml`);
    writeFileSync(file, config);
    const words = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, port)}`];
    const child = spawn("prometheus", [...words, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" });
    children.push(child);
    return async (query) => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
      const { body } = await ask(url).catch(() => ({ body: "{}" }));
      return JSON.parse(body).data?.result?.map(({ value }: { value: [number, string] }) => value[1]);
    };
  }
  afterAll(async () => {
    for (const child of children) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  });

  test("scrapes with the token that was printed, and is refused without", async () => {
    const query = await scraped(`authorization: { credentials: "${simulation.controlToken}" }`);
    const stranger = await scraped("");
    await expect.poll(() => query("up"), { timeout: 60_000, interval: 500 }).toEqual(["1"]);
    expect(await query('mayfly_credentials_delivered_total{instance_name="demo"}')).toEqual(["1"]);
    expect(await query('mayfly_credentials_left_seconds{instance_name="demo"}')).toEqual([String(6 * 3600)]);
    await expect.poll(() => stranger("up"), { timeout: 60_000, interval: 500 }).toEqual(["0"]);
  });
});

/** One that was free a moment ago. */
async function freePort(): Promise<string> {
  await using simulation = await simulate();
  return new URL(simulation.urls.imds).port;
}
