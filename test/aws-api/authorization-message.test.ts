import { describe, expect, test } from "vitest";
import { decodeAuthorizationMessage, encodeAuthorizationMessage } from "../../aws-api/authorization-message.ts";
import { dice } from "../../entropy/dice.ts";
import { secretKey } from "../../entropy/hash.ts";
import { authorize } from "../../roles/authorize.ts";
import { contextOf, userPrincipal, world } from "../roles/world.ts";
import { masterKey } from "./world.ts";

const RESOURCE = "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0";
const identities = world({
  users: {
    bob: {
      policies: {
        own: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: "ec2:*", Resource: "*" },
            {
              Sid: "NoStop",
              Effect: "Deny",
              Action: "ec2:StopInstances",
              Resource: "*",
              Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } },
            },
          ],
        },
      },
    },
  },
});
const principal = userPrincipal(identities, "bob");

function decided(action: string) {
  const request = {
    identities,
    principal,
    action,
    resource: RESOURCE,
    context: contextOf({ "aws:requestedregion": "us-east-1", "ec2:tenancy": "default" }),
  };
  return { ...request, decision: authorize(request) };
}
const decode = (encoded: string, key = masterKey) => decodeAuthorizationMessage(key, encoded);

describe("the encoded authorization message", () => {
  test("of an explicit deny tells the statement and the context", () => {
    const encoded = encodeAuthorizationMessage(masterKey, decided("ec2:StopInstances"));
    expect(encoded).toMatch(/^[\w-]+$/);
    expect(JSON.parse(decode(encoded) ?? "")).toEqual({
      allowed: false,
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: "NoStop",
            effect: "DENY",
            principals: { items: [{ value: expect.stringMatching(/^AIDA/) }] },
            principalGroups: { items: [] },
            actions: { items: [{ value: "ec2:StopInstances" }] },
            resources: { items: [{ value: "*" }] },
            conditions: {
              items: [
                { key: "aws:RequestedRegion", values: { items: [{ value: "us-east-1" }, { value: "eu-west-1" }] } },
              ],
            },
          },
        ],
      },
      failures: { items: [] },
      context: {
        principal: {
          id: expect.stringMatching(/^AIDA/),
          name: "bob",
          arn: "arn:aws:iam::123456789012:user/bob",
        },
        action: "ec2:StopInstances",
        resource: RESOURCE,
        conditions: {
          items: [
            { key: "aws:requestedregion", values: { items: [{ value: "us-east-1" }] } },
            { key: "ec2:tenancy", values: { items: [{ value: "default" }] } },
          ],
        },
      },
    });
  });

  test("of an implicit deny names no statement", () => {
    const encoded = encodeAuthorizationMessage(masterKey, decided("iam:GetUser"));
    expect(JSON.parse(decode(encoded) ?? "")).toMatchObject({
      allowed: false,
      explicitDeny: false,
      matchedStatements: { items: [] },
    });
  });

  test("opens for this world alone, and not once a character is another", () => {
    const encoded = encodeAuthorizationMessage(masterKey, decided("ec2:StopInstances"));
    expect(decode(encoded, secretKey(Buffer.alloc(32, "another")))).toBeUndefined();
    const seed = process.env.MAYFLY_TEST_SEED ?? "authorization message";
    const { integer, pick } = dice(seed);
    for (let round = 0; round < 300; round++) {
      const place = integer(encoded.length);
      const other = pick([..."ABCabc019-_"].filter((each) => each !== encoded[place]));
      const changed = encoded.slice(0, place) + other + encoded.slice(place + 1);
      expect(decode(changed), `seed ${seed}, round ${round}`).toBeUndefined();
    }
    for (const broken of ["", "a", "=", `${encoded}A`, encoded.slice(0, -1), "A".repeat(64), "A".repeat(20_000)]) {
      expect(decode(broken)).toBeUndefined();
    }
  });
});
