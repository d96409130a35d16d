// Virtual MFA devices by the API: what AWS's SDK for JavaScript gets of each operation, refusals word for word.

import {
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  type IAMClient,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simulation } from "../../../index.ts";
import { stepAt, totp } from "../../../signing/totp.ts";
import { AT, allow, iamOf, refusal, simulated } from "./callers.ts";

const SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const arn = (name: string) => `arn:aws:iam::123456789012:mfa/${name}`;

let simulation: Simulation;
let admin: IAMClient;
let bob: IAMClient;

beforeAll(async () => {
  simulation = await simulated({
    users: {
      admin: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 },
      bob: { policies: { own: allow("iam:ListMFADevices", "iam:GetMFADevice") }, accessKeys: 1 },
      carol: { mfa: { seed: SEED } },
      dave: { mfa: true },
    },
  });
  [admin, bob] = [await iamOf(simulation, "admin"), await iamOf(simulation, "bob")];
});
afterAll(() => simulation.close());

/** A new device with its seed. */
async function create(VirtualMFADeviceName: string, more: object = {}) {
  const { VirtualMFADevice } = await admin.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, ...more }));
  return { ...VirtualMFADevice, seed: Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString() };
}

const codes = (seed: string, offset = 0, at = simulation.clock.now()) => ({
  AuthenticationCode1: totp(seed, stepAt(at) + offset - 1),
  AuthenticationCode2: totp(seed, stepAt(at) + offset),
});
const enable = (name: string, seed: string, UserName = "bob", offset = 0) =>
  admin.send(new EnableMFADeviceCommand({ UserName, SerialNumber: arn(name), ...codes(seed, offset) }));
const remove = async (name: string, UserName = "bob") => {
  await admin.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber: arn(name) }));
  await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: arn(name) }));
};
const invalidCode = refusal("InvalidAuthenticationCode", 403, "Authentication code for device is not valid.");
const missing = refusal("NoSuchEntity", 404, `VirtualMFADevice with serial number ${arn("none")} doesn't exist.`);

test("a new device tells its seed once, in base 32 and as a picture", async () => {
  const made = await create("phone", { Path: "/team/", Tags: [{ Key: "a", Value: "b" }] });
  expect(made.SerialNumber).toBe(arn("team/phone"));
  expect(made.seed).toMatch(/^[A-Z2-7]{64}$/);
  expect(made.Tags).toEqual([{ Key: "a", Value: "b" }]);
  const picture = Buffer.from(made.QRCodePNG ?? []);
  expect(picture.toString("latin1", 1, 4)).toBe("PNG");
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  expect([width > 100, height]).toEqual([true, width]);
  const listed = await admin.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Unassigned" }));
  expect(listed.VirtualMFADevices).toEqual([{ SerialNumber: arn("team/phone") }]);
  await expect(create("phone", { Path: "/team/" })).rejects.toMatchObject(
    refusal("EntityAlreadyExists", 409, "MFADevice entity at the same path and name already exists."),
  );
  await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: arn("team/phone") }));
});

test("it is enabled for a user, listed, deactivated and deleted", async () => {
  const { seed } = await create("bob");
  await enable("bob", seed);
  const device = { UserName: "bob", SerialNumber: arn("bob"), EnableDate: new Date(AT) };
  expect((await bob.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([device]);
  expect(await admin.send(new GetMFADeviceCommand({ SerialNumber: arn("bob"), UserName: "bob" }))).toMatchObject(
    device,
  );
  const { VirtualMFADevices } = await admin.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }));
  const found = VirtualMFADevices?.find(({ SerialNumber }) => SerialNumber === arn("bob"));
  expect(found).toEqual({
    SerialNumber: arn("bob"),
    EnableDate: new Date(AT),
    User: {
      ...{ Path: "/", UserName: "bob", Arn: "arn:aws:iam::123456789012:user/bob", CreateDate: new Date(AT) },
      UserId: expect.stringMatching(/^AIDA/),
    },
  });
  await expect(admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: arn("bob") }))).rejects.toMatchObject(
    refusal("DeleteConflict", 409, "MFA VirtualDevice in use. Must deactivate first."),
  );
  await remove("bob");
  expect((await bob.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([]);
});

test("nobody is told of another user's device who may only look at their own", async () => {
  await expect(bob.send(new GetMFADeviceCommand({ SerialNumber: arn("dave") }))).rejects.toMatchObject(
    refusal("NoSuchEntity", 404, "MFA Device invalid for user."),
  );
});

test("a name that no serial number has room for is refused", async () => {
  for (const length of [300, 5000]) {
    await expect(create("x".repeat(length))).rejects.toMatchObject(
      refusal(
        "ValidationError",
        400,
        "1 validation error detected: Value at 'serialNumber' failed to satisfy constraint: Member must have length less than or equal to 256",
      ),
    );
  }
  const { SerialNumber } = await create("x".repeat(226));
  await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
});

test("the configuration's devices belong to their users from the start", async () => {
  const { MFADevices } = await admin.send(new ListMFADevicesCommand({ UserName: "dave" }));
  expect(MFADevices).toEqual([{ UserName: "dave", SerialNumber: arn("dave"), EnableDate: new Date(AT) }]);
  const page = await admin.send(new ListVirtualMFADevicesCommand({ MaxItems: 1 }));
  expect([page.VirtualMFADevices?.[0]?.SerialNumber, page.IsTruncated]).toEqual([arn("carol"), true]);
  const rest = await admin.send(new ListVirtualMFADevicesCommand({ Marker: page.Marker }));
  expect(rest.VirtualMFADevices?.map(({ SerialNumber }) => SerialNumber)).toEqual([arn("dave")]);
});

test("tags are put, listed and taken away", async () => {
  await create("tagged");
  const SerialNumber = arn("tagged");
  await admin.send(new TagMFADeviceCommand({ SerialNumber, Tags: ["b", "a"].map((Key) => ({ Key, Value: "1" })) }));
  await admin.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: "b", Value: "2" }] }));
  const { Tags } = await admin.send(new ListMFADeviceTagsCommand({ SerialNumber }));
  expect(Tags).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ]);
  await admin.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ["a"] }));
  expect((await admin.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags).toEqual([{ Key: "b", Value: "2" }]);
  await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
});

describe("refused is", () => {
  test.each<[string, () => Promise<unknown>, object]>([
    ["a device that is not there", () => enable("none", SEED), missing],
    [
      "a tag of one that is not there",
      () => admin.send(new TagMFADeviceCommand({ SerialNumber: arn("none"), Tags: [{ Key: "a", Value: "b" }] })),
      missing,
    ],
    [
      "a user who is not there",
      () => enable("carol", SEED, "nobody"),
      refusal("NoSuchEntity", 404, "The user with name nobody cannot be found."),
    ],
    [
      "one that is in use",
      () => enable("carol", SEED),
      refusal("EntityAlreadyExists", 409, "MFA Device is already in use."),
    ],
    [
      "another user's",
      () => admin.send(new DeactivateMFADeviceCommand({ UserName: "bob", SerialNumber: arn("carol") })),
      refusal("NoSuchEntity", 404, "MFA Device invalid for user."),
    ],
    [
      "a code with letters",
      () =>
        admin.send(
          new ResyncMFADeviceCommand({
            ...{ UserName: "carol", SerialNumber: arn("carol") },
            ...{ AuthenticationCode1: "abcdef", AuthenticationCode2: "123456" },
          }),
        ),
      refusal(
        "ValidationError",
        400,
        /Value at 'authenticationCode1' failed to satisfy constraint: Member must satisfy regular expression pattern/,
      ),
    ],
    [
      "a caller who may not",
      () => bob.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "x" })),
      refusal(
        "AccessDenied",
        403,
        "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:CreateVirtualMFADevice on resource: arn:aws:iam::123456789012:mfa/x because no identity-based policy allows the iam:CreateVirtualMFADevice action",
      ),
    ],
  ])("%s", (_, asked, refused) => expect(asked()).rejects.toMatchObject(refused));

  test("a ninth device of a user", async () => {
    const names = Array.from({ length: 9 }, (_, index) => `many-${index}`);
    for (const name of names.slice(0, 8)) await enable(name, (await create(name)).seed);
    const { seed } = await create("many-8");
    await expect(enable("many-8", seed)).rejects.toMatchObject(
      refusal("LimitExceeded", 409, "Cannot exceed quota for MFADevicesPerUser: 8"),
    );
    for (const name of names.slice(0, 8)) await remove(name);
    await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: arn("many-8") }));
  });
});

describe("codes", () => {
  test("that are not in a row, or wrong, enable nothing", async () => {
    const { seed } = await create("codes");
    const wrong = { ...codes(seed), AuthenticationCode1: totp(seed, stepAt(AT) - 5) };
    const asked = { UserName: "bob", SerialNumber: arn("codes"), ...wrong };
    await expect(admin.send(new EnableMFADeviceCommand(asked))).rejects.toMatchObject(invalidCode);
    await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: arn("codes") }));
  });

  test("that are late enable a device out of sync, which later ones repair, each once", async () => {
    const { seed } = await create("late");
    await enable("late", seed, "bob", -20);
    const resync = () =>
      admin.send(new ResyncMFADeviceCommand({ UserName: "bob", SerialNumber: arn("late"), ...codes(seed) }));
    await resync();
    await expect(resync()).rejects.toMatchObject(invalidCode);
    await simulation.clock.advance("2m");
    await resync();
    await remove("late");
  });
});
