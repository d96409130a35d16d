// How often may one guess?

import { expect, test } from "vitest";
import { Attempts } from "../../sign-in/attempts.ts";

const AT = Date.parse("2026-11-24T12:00:00Z");
const WINDOW = 300_000;

test("five failures of a name are enough, from wherever they come, until five minutes are over", () => {
  const attempts = new Attempts();
  for (let n = 0; n < 5; n++) expect(attempts.begin("alice", `10.0.0.${n}`, AT + n)).toBeDefined();
  expect(attempts.begin("alice", "10.0.0.9", AT + WINDOW - 1)).toBeUndefined();
  expect(attempts.begin("bob", "10.0.0.0", AT + WINDOW - 1)).toBeDefined();
  expect(attempts.begin("alice", "10.0.0.9", AT + WINDOW)).toBeDefined();
});

test("twenty failures from an address are enough, whatever the names", () => {
  const attempts = new Attempts();
  for (let n = 0; n < 20; n++) expect(attempts.begin(`user-${n}`, "10.0.0.1", AT)).toBeDefined();
  expect(attempts.begin("alice", "10.0.0.1", AT)).toBeUndefined();
  expect(attempts.begin("alice", "10.0.0.2", AT)).toBeDefined();
});

test("who comes in is counted no longer, however often", () => {
  const attempts = new Attempts();
  for (let n = 0; n < 100; n++) attempts.begin("alice", "10.0.0.1", AT)?.succeeded();
  expect(attempts.begin("alice", "10.0.0.1", AT)).toBeDefined();
});

test("a right password does not let somebody guess codes for longer", () => {
  const attempts = new Attempts();
  for (let n = 0; n < 5; n++) attempts.begin("alice", "10.0.0.1", AT)?.isHalfway();
  expect(attempts.begin("alice", "10.0.0.1", AT)).toBeUndefined();
  for (let n = 0; n < 20; n++) expect(attempts.begin(`user-${n}`, "10.0.0.1", AT)).toBeDefined();
});
