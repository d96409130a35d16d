// Machines that start, stop and end: their states in the API, and what their metadata services do meanwhile.

import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type InstanceStateChange,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { launch, metadata, refusal, type World, world } from "./world.ts";

const FIRST = { IamInstanceProfile: { Name: "first" } };

async function seen({ ec2 }: World, id: string) {
  const { Reservations = [] } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations[0]?.Instances?.[0];
}
const stateOf = async (w: World, id: string) => (await seen(w, id))?.State?.Name;
/** What its metadata service says, or that there is none. */
const answers = (w: World, id: string) =>
  metadata(w, id, "meta-data/iam/security-credentials/").catch(() => "nobody answers");
const changesOf = (changes: InstanceStateChange[] = []) =>
  changes.map(({ CurrentState, PreviousState }) => [PreviousState?.Name, CurrentState?.Name]);

test("without delays states are final at once, and the answers tell of the way", async () => {
  await using w = await world();
  const id = await launch(w.ec2(), FIRST);
  const InstanceIds = [id];
  expect(await stateOf(w, id)).toBe("running");
  const { StoppingInstances } = await w.ec2().send(new StopInstancesCommand({ InstanceIds }));
  expect(changesOf(StoppingInstances)).toEqual([["running", "stopping"]]);
  expect([await stateOf(w, id), await answers(w, id)]).toEqual(["stopped", "nobody answers"]);
  expect(changesOf((await w.ec2().send(new StopInstancesCommand({ InstanceIds }))).StoppingInstances)).toEqual([
    ["stopped", "stopped"],
  ]);
  await w.simulation.clock.advance("90s");
  const { StartingInstances } = await w.ec2().send(new StartInstancesCommand({ InstanceIds }));
  expect(changesOf(StartingInstances)).toEqual([["stopped", "pending"]]);
  expect([await stateOf(w, id), await answers(w, id)]).toEqual(["running", "first"]);
  expect((await seen(w, id))?.LaunchTime).toEqual(new Date("2026-11-24T00:01:30Z"));
  await w.ec2().send(new RebootInstancesCommand({ InstanceIds }));
  expect([await stateOf(w, id), await answers(w, id)]).toEqual(["running", "first"]);
  const { TerminatingInstances } = await w.ec2().send(new TerminateInstancesCommand({ InstanceIds }));
  expect(changesOf(TerminatingInstances)).toEqual([["running", "shutting-down"]]);
  expect([await stateOf(w, id), await answers(w, id)]).toEqual(["terminated", "nobody answers"]);
});

test("with EC2's delays: pending for five seconds, stopping and shutting down for 25", async () => {
  await using w = await world({ delays: "ec2" });
  const id = await launch(w.ec2(), FIRST);
  const look = async (wait: string) => {
    await w.simulation.clock.advance(wait);
    return [await stateOf(w, id), await answers(w, id), (await seen(w, id))?.MetadataOptions?.State];
  };
  const InstanceIds = [id];
  expect(await look("200ms")).toEqual(["pending", "nobody answers", "pending"]);
  expect(await look("4700ms")).toEqual(["pending", "nobody answers", "pending"]);
  expect(await look("500ms")).toEqual(["running", "first", "applied"]);
  const keys = await metadata(w, id, "meta-data/iam/security-credentials/first");
  // The set is dated by the launch.
  expect(JSON.parse(String(keys)).LastUpdated).toBe("2026-11-24T00:00:00Z");
  await w.ec2().send(new StopInstancesCommand({ InstanceIds }));
  expect(await look("24s")).toEqual(["stopping", "first", "applied"]);
  expect(await refusal(w.ec2().send(new StartInstancesCommand({ InstanceIds })))).toBe(
    `IncorrectInstanceState 400: The instance '${id}' is not in a state from which it can be started.`,
  );
  expect(await look("1s")).toEqual(["stopped", "nobody answers", "applied"]);
  await w.ec2().send(new StartInstancesCommand({ InstanceIds }));
  expect(await look("1s")).toEqual(["pending", "nobody answers", "pending"]);
  expect(await look("4s")).toEqual(["running", "first", "applied"]);
  expect(await metadata(w, id, "meta-data/iam/security-credentials/first")).not.toBe(keys);
  await w.ec2().send(new TerminateInstancesCommand({ InstanceIds }));
  expect(await look("1s")).toEqual(["shutting-down", "first", "pending"]);
  expect(await look("24s")).toEqual(["terminated", "nobody answers", "pending"]);
});

test("one that has ended is told of for an hour", async () => {
  await using w = await world();
  const id = await launch(w.ec2(), FIRST);
  await w.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await w.simulation.clock.advance("59m59s");
  expect(await seen(w, id)).toMatchObject({
    State: { Name: "terminated", Code: 48 },
    StateTransitionReason: "User initiated (2026-11-24 00:00:00 GMT)",
    StateReason: { Code: "Client.UserInitiatedShutdown" },
    NetworkInterfaces: [],
  });
  expect((await w.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))).TerminatingInstances).toHaveLength(
    1,
  );
  await w.simulation.clock.advance("1s");
  expect(await refusal(seen(w, id))).toBe(`InvalidInstanceID.NotFound 400: The instance ID '${id}' does not exist`);
  expect((await w.ec2().send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
});

test("the control API and the EC2 API act on one and the same machine", async () => {
  await using w = await world({ instances: { demo: { instanceProfile: "first" } } });
  const { instanceId = "" } = (await w.simulation.state()).instances[0] ?? {};
  await w.simulation.act("stop", { instance: "demo" });
  expect(await stateOf(w, instanceId)).toBe("stopped");
  await w.ec2().send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  expect((await w.simulation.state()).instances[0]?.state).toBe("running");
  const id = await launch(w.ec2());
  await w.simulation.act("terminate", { instance: id });
  expect(await stateOf(w, id)).toBe("terminated");
});

const powerCommands = (InstanceIds: string[]) => [
  new StartInstancesCommand({ InstanceIds }),
  new StopInstancesCommand({ InstanceIds }),
  new RebootInstancesCommand({ InstanceIds }),
  new TerminateInstancesCommand({ InstanceIds }),
];

describe("what cannot be", () => {
  const protect = (InstanceId: string, name: "DisableApiTermination" | "DisableApiStop") =>
    new ModifyInstanceAttributeCommand({ InstanceId, [name]: { Value: true } });

  test("what is protected stays, and everything that the call gives with it", async () => {
    await using w = await world();
    const [id, other] = [await launch(w.ec2(), { DisableApiTermination: true }), await launch(w.ec2())];
    await w.ec2().send(protect(id, "DisableApiStop"));
    const InstanceIds = [other, id];
    expect(await refusal(w.ec2().send(new TerminateInstancesCommand({ InstanceIds })))).toBe(
      `OperationNotPermitted 400: The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
    expect(await refusal(w.ec2().send(new StopInstancesCommand({ InstanceIds })))).toBe(
      `OperationNotPermitted 400: The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
    expect([await stateOf(w, id), await stateOf(w, other)]).toEqual(["running", "running"]);
  });

  test.each<[string, string[], string]>([
    ["malformed", ["i-bad"], "InvalidInstanceID.Malformed 400: The instance ID 'i-bad' is malformed"],
    [
      "zeros",
      ["i-00000000000000000"],
      "InvalidInstanceID.Malformed 400: The instance ID 'i-00000000000000000' is malformed",
    ],
    [
      "unknown",
      ["i-0123456789abcdef0"],
      "InvalidInstanceID.NotFound 400: The instance ID 'i-0123456789abcdef0' does not exist",
    ],
    [
      "several",
      ["i-0123456789abcdef0", "i-0123456789abcdef1"],
      "InvalidInstanceID.NotFound 400: The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist",
    ],
  ])("%s ids", async (_what, InstanceIds, text) => {
    await using w = await world();
    for (const command of powerCommands(InstanceIds)) {
      expect(await refusal(w.ec2().send(command as StopInstancesCommand))).toBe(text);
    }
    // Syntax comes before the permission, what is there after it.
    const said = await refusal(w.ec2("idle").send(new StopInstancesCommand({ InstanceIds })));
    expect(said.startsWith(text.includes("Malformed") ? text : "UnauthorizedOperation 403")).toBe(true);
  });

  test("an ended machine is started, stopped or rebooted no more", async () => {
    await using w = await world();
    const id = await launch(w.ec2());
    const InstanceIds = [id];
    await w.ec2().send(new TerminateInstancesCommand({ InstanceIds }));
    const done = ["started", "stopped", "rebooted"];
    for (const [i, command] of powerCommands(InstanceIds).slice(0, 3).entries()) {
      expect(await refusal(w.ec2().send(command as StopInstancesCommand))).toBe(
        `IncorrectInstanceState 400: The instance '${id}' is not in a state from which it can be ${done[i]}.`,
      );
    }
  });
});

test("DescribeInstanceStatus: those that run, their checks, and the maintenance that is scheduled", async () => {
  await using w = await world({ delays: "ec2" });
  const id = await launch(w.ec2());
  const status = async (IncludeAllInstances = false) =>
    (await w.ec2().send(new DescribeInstanceStatusCommand({ IncludeAllInstances }))).InstanceStatuses;
  expect(await status()).toEqual([]);
  expect(await status(true)).toMatchObject([
    { InstanceState: { Name: "pending" }, InstanceStatus: { Status: "not-applicable" } },
  ]);
  await w.simulation.clock.advance("5s");
  expect(await status()).toMatchObject([{ InstanceId: id, InstanceStatus: { Status: "initializing" } }]);
  await w.simulation.act("schedule-maintenance", { instance: id, code: "system-reboot" });
  await w.simulation.clock.advance("2m");
  expect(await status()).toMatchObject([
    { SystemStatus: { Status: "ok" }, Events: [{ Code: "system-reboot", Description: "scheduled reboot" }] },
  ]);
});
