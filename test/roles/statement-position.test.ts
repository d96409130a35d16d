import { expect, test } from "vitest";
import { statementSpans } from "../../roles/statement-position.ts";

const spans = (text: string) =>
  statementSpans(text).map(({ start, end }) => `${start.line}:${start.column}-${end.line}:${end.column}`);
const allow = { Effect: "Allow", Action: "*", Resource: "*" };

test.each([
  // Recorded of AWS for AdministratorAccess, and for a policy in one line.
  [JSON.stringify({ Version: "2012-10-17", Statement: [allow] }, undefined, 2), ["3:17-8:6"]],
  ['{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}', ["1:41-1:60"]],
  ['{"Version":"2012-10-17","Statement":[{"Effect":"Deny"},{"Effect":"Allow"}]}', ["1:38-1:55", "1:56-1:74"]],
  ['{"Statement":{"Effect":"Allow","Action":["a","b"]},"Version":"2012-10-17"}', ["1:14-1:51"]],
  ['{"Statement":[{"Condition":{"StringEquals":{"a:b":["}","\\"]"]}}}],"Id":"{[\\"Statement\\":["}', ["1:15-1:65"]],
  ['{"Id":{"Statement":[{}]},"Statement":[ {} ,\n{} ]}', ["1:39-1:42", "1:44-2:3"]],
])("%s", (text, expected) => {
  expect(spans(text)).toEqual(expected);
});
