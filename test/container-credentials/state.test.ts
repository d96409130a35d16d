import { describe, expect, test } from "vitest";
import { type ContainersConfigured, foldContainers, NO_CONTAINERS } from "../../container-credentials/state.ts";

type Configuration = ContainersConfigured["configuration"];
const place = { account: "123456789012", region: "us-east-1" };
const loaded = (at: number, more: Partial<Configuration>): ContainersConfigured => ({
  type: "configuration.loaded",
  at,
  configuration: { ...place, ...more },
});
const association = { namespace: "default", serviceAccount: "app", role: "web" };

describe("containers over several configurations", () => {
  test("begin in the second in which they come, and go on while their name is there", () => {
    const first = foldContainers(NO_CONTAINERS, loaded(10_400, { tasks: { a: {}, b: {} } }));
    const second = foldContainers(first, loaded(20_000, { tasks: { a: { taskRole: "web" }, c: {} } }));
    const third = foldContainers(second, loaded(30_000, { tasks: { a: {}, b: {} } }));
    const startOf = ({ tasks }: typeof first) =>
      [...tasks.values()].map(({ name, startedAt }) => `${name} ${startedAt}`);
    expect([first, second, third].map(startOf)).toEqual([
      ["a 10000", "b 10000"],
      ["a 10000", "c 20000"],
      ["a 10000", "b 30000"],
    ]);
  });

  test("begin anew in another account", () => {
    const first = foldContainers(NO_CONTAINERS, loaded(10_000, { tasks: { a: {} } }));
    const second = foldContainers(first, loaded(20_000, { account: "210987654321", tasks: { a: {} } }));
    expect(second.tasks.get("a")?.startedAt).toBe(20_000);
  });

  test("an association is one of its service account, whatever its role", () => {
    const states = [NO_CONTAINERS];
    for (const each of [association, { ...association, role: "other" }, { ...association, serviceAccount: "new" }]) {
      const event = loaded(10_000 * states.length, { podIdentity: { associations: [each] } });
      states.push(foldContainers(states.at(-1) ?? NO_CONTAINERS, event));
    }
    const created = states.map(({ podIdentity }) => podIdentity?.associations[0]?.createdAt);
    expect(created).toEqual([undefined, 10_000, 10_000, 30_000]);
    const elsewhere = foldContainers(
      states[1] ?? NO_CONTAINERS,
      loaded(20_000, { podIdentity: { clusterName: "other", associations: [association] } }),
    );
    expect(elsewhere.podIdentity?.associations[0]?.createdAt).toBe(20_000);
  });

  test("what is left open", () => {
    const { podIdentity } = foldContainers(NO_CONTAINERS, loaded(0, { podIdentity: { pods: { a: {} } } }));
    expect(podIdentity).toEqual({
      clusterName: "mayfly",
      associations: [],
      pods: new Map([["a", { name: "a", namespace: "default", serviceAccount: "default" }]]),
    });
  });
});
