import { expect, test } from "vitest";
import { containerEnvironment, podVariables, taskVariables } from "../../control/environment.ts";

const place = { region: "us-east-1", aws: "http://127.0.0.1:4566", nullDevice: "/dev/null" };
const ids = { launchType: "FARGATE", credentialsId: "c", endpointId: "e" };
const variablesAt = (ecs: string) => containerEnvironment(place, taskVariables(ecs, ids)).variables;

test("a task's container is given the path alone where the agent has its own address, else the whole URL", () => {
  expect(variablesAt("http://169.254.170.2:80")).toMatchObject({
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/c",
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
  });
  expect(variablesAt("http://169.254.170.2:80")).not.toHaveProperty("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  expect(variablesAt("http://127.0.0.1:1341")).toMatchObject({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1341/v2/credentials/c",
    ECS_CONTAINER_METADATA_URI_V4: "http://127.0.0.1:1341/v4/e",
  });
});

test("a task without a role has metadata alone", () => {
  const { credentialsId: _, ...without } = ids;
  const names = Object.keys(taskVariables("http://127.0.0.1:1341", without));
  expect(names.filter((name) => name.startsWith("AWS_CONTAINER_"))).toEqual([]);
  expect(names).toContain("ECS_CONTAINER_METADATA_URI_V4");
});

test.each([
  ["http://169.254.170.23:80", "http://169.254.170.23/v1/credentials"],
  ["http://[fd00:ec2::23]:80", "http://[fd00:ec2::23]/v1/credentials"],
  ["http://127.0.0.1:1342", "http://127.0.0.1:1342/v1/credentials"],
])("a pod's agent at %s", (eks, url) => {
  expect(containerEnvironment(place, podVariables(eks, "/token")).variables).toMatchObject({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/token",
    AWS_EC2_METADATA_DISABLED: "true",
  });
});
