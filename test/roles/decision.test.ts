import { describe, expect, test } from "vitest";
import { createLayer, decide, type Layers, type PolicyType } from "../../roles/decision.ts";
import { denialReason } from "../../roles/denial-reason.ts";
import { parsePolicy } from "../../roles/policy.ts";
import { decideWith } from "./world.ts";

const document = (Effect: string, Action: string) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "sqs:*", Resource: "*" },
    { Effect, Action, Resource: "*" },
  ],
});
const allow = (action: string) => document("Allow", action);
const deny = (action: string) => document("Deny", action);

describe("layers of policies", () => {
  const layer = (type: PolicyType, ...documents: object[]) =>
    createLayer(
      type,
      documents.map((document, index) => ({
        name: `${type}${index}`,
        arn: `arn:aws:iam::123456789012:policy/${type}${index}`,
        document: JSON.stringify(document),
        statements: parsePolicy(document as Record<string, unknown>, "identity"),
      })),
    );
  const inquiry = { action: "s3:GetObject", resource: "*", context: new Map() };

  test("each must allow, and a deny in any of them wins", () => {
    const identity = layer("identity", allow("s3:*"));
    expect(decide({ identity, boundary: layer("boundary", allow("*")) }, inquiry)).toMatchObject({
      outcome: "allowed",
      statements: [{ policyType: "identity" }, { policyType: "boundary" }],
    });
    const narrow = { identity, boundary: layer("boundary", allow("sns:*")), session: layer("session") };
    expect(decide(narrow, inquiry)).toEqual({ outcome: "implicit-deny", policyType: "boundary" });
    const denied = { identity: layer("identity"), session: layer("session", allow("*"), deny("s3:GetObject")) };
    expect(decide(denied, inquiry)).toMatchObject({
      outcome: "explicit-deny",
      policyType: "session",
      statements: [{ statement: { index: 1 } }],
    });
  });

  test("the one that is named is the first to refuse", () => {
    const types = ["identity", "boundary", "session"] as const;
    const all = (document: object) => ({
      identity: layer("identity", document),
      boundary: layer("boundary", document),
      session: layer("session", document),
    });
    const named = (layers: Layers) => {
      const decision = decide(layers, inquiry);
      return decision.outcome === "allowed" ? "allowed" : decision.policyType;
    };
    expect(types.map((type) => named({ ...all(allow("*")), [type]: layer(type, allow("sns:*")) }))).toEqual(types);
    expect(types.map((type) => named({ ...all(allow("*")), [type]: layer(type, deny("*")) }))).toEqual(types);
    expect([named(all(allow("sns:*"))), named(all(deny("*")))]).toEqual(["identity", "identity"]);
    expect(named({ ...all(allow("sns:*")), session: layer("session", deny("*")) })).toBe("session");
    const resource = { layer: layer("resource", deny("*")), caller: { names: new Map(), isBounded: false } };
    expect(named({ ...all(deny("*")), resource })).toBe("resource");
  });

  test("statements are asked about an action once, however many there are", () => {
    const statements = parsePolicy(
      { ...allow("s3:Get*"), Statement: Array(500).fill(allow("s3:Get*").Statement[1]) },
      "identity",
    );
    let asked = 0;
    const counting = statements.map((statement) => ({
      ...statement,
      hasAction: (action: string) => {
        asked += 1;
        return statement.hasAction(action);
      },
    }));
    const many = createLayer("session", [{ name: "many", document: "", statements: counting }]);
    const decided = () => decide({ identity: layer("identity", allow("s3:*")), session: many }, inquiry).outcome;
    expect([decided(), decided(), asked]).toEqual(["allowed", "allowed", 500]);
  });

  test("the reason is in AWS's words", () => {
    const implicit = (policyType: PolicyType) => denialReason({ outcome: "implicit-deny", policyType }, "s3:GetObject");
    expect(implicit("identity")).toBe(" because no identity-based policy allows the s3:GetObject action");
    expect(implicit("boundary")).toBe(" because no permissions boundary allows the s3:GetObject action");
    expect(implicit("session")).toBe(" because no session policy allows the s3:GetObject action");
    expect(implicit("resource")).toBe(" because no resource-based policy allows the s3:GetObject action");
    const explicit = (type: PolicyType) =>
      denialReason(decide({ identity: layer(type, deny("s3:*")) }, inquiry), "s3:GetObject");
    const arn = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
    expect(explicit("identity")).toBe(` with an explicit deny in an identity-based policy: ${arn("identity0")}`);
    expect(explicit("boundary")).toBe(` with an explicit deny in a permissions boundary: ${arn("boundary0")}`);
    expect(explicit("session")).toBe(` with an explicit deny in a session policy: ${arn("session0")}`);
    expect(explicit("resource")).toBe(` with an explicit deny in a resource-based policy: ${arn("resource0")}`);
    expect([implicit("trust"), explicit("trust")]).toEqual(["", ""]);
    const inline = decideWith([deny("s3:*")], "s3:GetObject", "*");
    expect(denialReason(inline, "s3:GetObject")).toBe(" with an explicit deny in an identity-based policy");
    expect(denialReason({ outcome: "allowed", statements: [] }, "s3:GetObject")).toBe("");
  });
});
