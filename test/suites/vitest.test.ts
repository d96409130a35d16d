// The fixtures, used as a test suite uses them: a world for each test, a process that is on its instance, and one time for both.

import { afterAll, describe, expect } from "vitest";
import { test } from "../../vitest.ts";

const before = { ...process.env };
const RealDate = Date;
const control = new Set<string>();

afterAll(() => {
  expect(control.size).toBe(2);
});

test.for([1, 2])("each test has a world of its own (%i)", async (_, { simulation, environment }) => {
  control.add(simulation.urls.control);
  expect(await simulation.requests()).toMatchObject({ total: 0 });
  expect(process.env).toMatchObject(environment.variables);
});

test("what a test does not name is not made, and what another had is gone", () => {
  expect(process.env).toEqual(before);
  expect(Date).toBe(RealDate);
});

describe("a world of another kind", () => {
  test.override({
    simulationOptions: {
      speed: 0,
      configuration: {
        roles: { web: { trust: "ec2.amazonaws.com" } },
        instances: { a: { instanceProfile: "web" }, b: {} },
      },
    },
    place: { instance: "a" },
  });

  test("is overridden by its options, and the process is at the place that is named", async ({
    simulation,
    environment,
  }) => {
    expect((await simulation.state()).roles).toEqual(["web"]);
    const first = (await simulation.environment({ instance: "a" })).variables;
    expect(environment.variables).toEqual(first);
    expect(first).not.toEqual((await simulation.environment({ instance: "b" })).variables);
    expect(await simulation.clock.read()).toMatchObject({ paused: true });
  });
});

describe.each([0, 1, 60])("at speed %i", (speed) => {
  test.override({ simulationOptions: { speed } });

  test("both clocks are moved as far, and the simulation's goes on as before", async ({ simulation, clock }) => {
    const [simulated, own] = [clock.now(), Date.now()];
    await clock.advance("3h");
    const passed = [clock.now() - simulated, Date.now() - own].map((milliseconds) =>
      Math.round(milliseconds / 600_000),
    );
    expect(passed).toEqual([18, 18]);
    expect((await simulation.clock.read()).speed).toBe(speed);
  });
});

test("advanceToRefresh says what is missing", async ({ clock }) => {
  await expect(clock.advanceToRefresh("botocore")).rejects.toThrow("no credentials have been served to anybody yet");
});
