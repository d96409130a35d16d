// Passwords by the API: what AWS's SDK for JavaScript gets of each operation, refusals word for word.

import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  type IAMClient,
  UpdateAccountPasswordPolicyCommand,
  type UpdateAccountPasswordPolicyCommandInput,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Simulation } from "../../../index.ts";
import { AT, allow, iamOf, refusal, simulated } from "./callers.ts";

const PASSWORD = "Correct-horse-1";
const NEXT = "Battery-staple-2";

let simulation: Simulation;
let admin: IAMClient;
let bob: IAMClient;
let guest: IAMClient;

beforeAll(async () => {
  simulation = await simulated({
    users: {
      admin: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 },
      bob: { policies: { own: allow("iam:ChangePassword", "iam:GetLoginProfile") }, accessKeys: 1 },
      carol: {},
      guest: { accessKeys: 1 },
    },
  });
  [admin, bob, guest] = [
    await iamOf(simulation, "admin"),
    await iamOf(simulation, "bob"),
    await iamOf(simulation, "guest"),
  ];
});
afterAll(() => simulation.close());

const create = (Password: string, UserName = "bob") =>
  admin.send(new CreateLoginProfileCommand({ UserName, Password }));
const change = (OldPassword: string, NewPassword: string, client = bob) =>
  client.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
const policy = (settings: UpdateAccountPasswordPolicyCommandInput) =>
  admin.send(new UpdateAccountPasswordPolicyCommand(settings));
const unconforming = refusal(
  "PasswordPolicyViolation",
  400,
  "Password does not conform to the account password policy.",
);
const reused = refusal(
  "PasswordPolicyViolation",
  400,
  "Policy constraint violation with password reuse prevention during password change.",
);

describe("a login profile", () => {
  test("is made, shown, changed and deleted", async () => {
    const CreateDate = new Date(AT);
    const made = await admin.send(
      new CreateLoginProfileCommand({ UserName: "carol", Password: PASSWORD, PasswordResetRequired: true }),
    );
    expect(made.LoginProfile).toEqual({ UserName: "carol", CreateDate, PasswordResetRequired: true });
    await admin.send(new UpdateLoginProfileCommand({ UserName: "carol", PasswordResetRequired: false }));
    const updated = await admin.send(new GetLoginProfileCommand({ UserName: "carol" }));
    expect(updated.LoginProfile).toEqual({ UserName: "carol", CreateDate, PasswordResetRequired: false });
    await admin.send(new DeleteLoginProfileCommand({ UserName: "carol" }));
    await expect(admin.send(new GetLoginProfileCommand({ UserName: "carol" }))).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, "Login Profile for User carol cannot be found."),
    );
  });

  test("is the signer's where no name is given", async () => {
    await create(PASSWORD);
    const { LoginProfile } = await bob.send(new GetLoginProfileCommand({}));
    expect(LoginProfile?.UserName).toBe("bob");
    await admin.send(new DeleteLoginProfileCommand({ UserName: "bob" }));
  });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      "a second one",
      () => create(PASSWORD).then(() => create(PASSWORD)),
      refusal("EntityAlreadyExists", 409, "Login Profile for user bob already exists."),
    ],
    [
      "of nobody",
      () => create(PASSWORD, "nobody"),
      refusal("NoSuchEntity", 404, "The user with name nobody cannot be found."),
    ],
    [
      "changed where there is none",
      () => admin.send(new UpdateLoginProfileCommand({ UserName: "carol", Password: PASSWORD })),
      refusal("NoSuchEntity", 404, "Login Profile for User carol cannot be found."),
    ],
    [
      "without a password",
      () => admin.send(new CreateLoginProfileCommand({ UserName: "carol" })),
      refusal("ValidationError", 400, /Value null at 'password' failed to satisfy constraint: Member must not be null/),
    ],
    [
      "with a password that is none",
      () => create("\u0000", "carol"),
      refusal("ValidationError", 400, /^1 validation error detected: Value at 'password' failed to satisfy constraint/),
    ],
    [
      "by who may not",
      () => guest.send(new CreateLoginProfileCommand({ UserName: "bob", Password: PASSWORD })),
      refusal(
        "AccessDenied",
        403,
        /^User: arn:aws:iam::123456789012:user\/guest is not authorized to perform: iam:CreateLoginProfile on resource: (arn:aws:iam::123456789012:user\/|user )bob because no identity-based policy allows the iam:CreateLoginProfile action$/,
      ),
    ],
  ])("%s is refused", (_, asked, refused) => expect(asked()).rejects.toMatchObject(refused));

  test.each(["Short-1", "lower-case-only", "UPPER-CASE-1".toLowerCase().replaceAll("-", ""), "123456789012"])(
    "%s is no password by AWS's default policy",
    (password) => expect(create(password, "carol")).rejects.toMatchObject(unconforming),
  );
});

describe("ChangePassword", () => {
  test("takes the old one, and the new one is then the old one", async () => {
    await change(PASSWORD, NEXT);
    await expect(change(PASSWORD, NEXT)).rejects.toMatchObject(
      refusal("AccessDenied", 403, "The old password was incorrect."),
    );
    await change(NEXT, PASSWORD);
  });

  test("is for users who have one, and may", async () => {
    await expect(change(PASSWORD, NEXT, admin)).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, "Login Profile for User admin cannot be found."),
    );
    await expect(change(PASSWORD, NEXT, guest)).rejects.toMatchObject(
      refusal("AccessDenied", 403, /is not authorized to perform: iam:ChangePassword on resource: /),
    );
  });

  test("of two at once only one goes through", async () => {
    const changes = await Promise.allSettled([change(PASSWORD, NEXT), change(PASSWORD, "Third-password-3")]);
    const refused = changes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(1);
    expect((refused[0] as PromiseRejectedResult).reason.name).toMatch(/^(EntityTemporarilyUnmodifiable|AccessDenied)/);
    await admin.send(new UpdateLoginProfileCommand({ UserName: "bob", Password: PASSWORD }));
  });
});

describe("the account's password policy", () => {
  test("is not there at first", () =>
    expect(admin.send(new GetAccountPasswordPolicyCommand({}))).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, "The Password Policy with domain name 123456789012 cannot be found."),
    ));

  test("is set as a whole, shown and deleted", async () => {
    await policy({ RequireSymbols: true, MaxPasswordAge: 90, PasswordReusePrevention: 5, HardExpiry: true });
    const usual = {
      ...{ RequireSymbols: false, RequireNumbers: false, RequireUppercaseCharacters: false },
      ...{ RequireLowercaseCharacters: false, AllowUsersToChangePassword: false },
    };
    expect((await admin.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy).toEqual({
      ...usual,
      ...{ MinimumPasswordLength: 6, RequireSymbols: true, ExpirePasswords: true, HardExpiry: true },
      ...{ MaxPasswordAge: 90, PasswordReusePrevention: 5 },
    });
    await policy({ MinimumPasswordLength: 10 });
    expect((await admin.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy).toEqual({
      ...usual,
      ...{ MinimumPasswordLength: 10, ExpirePasswords: false },
    });
    await admin.send(new DeleteAccountPasswordPolicyCommand({}));
    await expect(admin.send(new DeleteAccountPasswordPolicyCommand({}))).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, "The Password Policy with domain name 123456789012 cannot be found."),
    );
  });

  test.each([
    ["a length", { MinimumPasswordLength: 12 }, "Elevenchars"],
    ["a symbol", { RequireSymbols: true }, "Without1symbol"],
    ["a digit", { RequireNumbers: true }, "Without-digit"],
    ["a capital letter", { RequireUppercaseCharacters: true }, "without-capital-1"],
    ["a small letter", { RequireLowercaseCharacters: true }, "WITHOUT-SMALL-1"],
  ])("can want %s", async (_, settings, password) => {
    await policy(settings);
    await expect(create(password, "carol")).rejects.toMatchObject(unconforming);
    await create("Long-enough-for-1", "carol");
    await admin.send(new DeleteLoginProfileCommand({ UserName: "carol" }));
  });

  test("can forbid to use the last ones again", async () => {
    await policy({ PasswordReusePrevention: 2 });
    await expect(change(PASSWORD, PASSWORD)).rejects.toMatchObject(reused);
    await change(PASSWORD, "Fourth-password-4");
    await expect(change("Fourth-password-4", PASSWORD)).rejects.toMatchObject(reused);
    await change("Fourth-password-4", "Fifth-password-5");
    await change("Fifth-password-5", PASSWORD);
  });

  test("can let users change their own, whatever their policies allow", async () => {
    await create(PASSWORD, "guest");
    await policy({ AllowUsersToChangePassword: true });
    await change(PASSWORD, NEXT, guest);
    await policy({});
    await expect(change(NEXT, PASSWORD, guest)).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
