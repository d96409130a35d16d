import { describe, expect, test } from "vitest";
import type { HttpReply, HttpRequest } from "../../network/message.ts";
import { createWorld, DATE, HOUR, jsonOf, NOW, request } from "./world.ts";

const world = createWorld();
const ask = async (target: string, more?: Partial<HttpRequest>): Promise<HttpReply> => world.ecs(request(target, more));
const task = (name: string) => world.task(name) ?? expect.fail(`no task ${name}`);
const webId = String(task("web").credentialsId);
const endpointId = (name: string, container = 0) => String(task(name).containers[container]?.endpointId);

const limits = [
  ...["X-Rate-Limit-Duration", "1", "X-Rate-Limit-Limit", "40.00", "X-Rate-Limit-Request-Forwarded-For", ""],
  ...["X-Rate-Limit-Request-Remote-Addr", "127.0.0.1:50000"],
];
const json = (length: number) => [
  ...["Content-Type", "application/json", ...limits, "Date", DATE, "Content-Length", String(length)],
];

describe("credentials", () => {
  test("are compact JSON in the agent's order, with the headers that Go and its libraries write", async () => {
    const reply = await ask(`/v2/credentials/${webId}`);
    expect(reply).toMatchObject({ status: 200, rawHeaders: json(String(reply.body).length) });
    expect(Object.keys(jsonOf(reply))).toEqual(["RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"]);
    expect(String(reply.body)).toMatch(
      /^\{"RoleArn":"arn:aws:iam::123456789012:role\/apps\/web","AccessKeyId":"ASIA[A-Z2-7]{16}","SecretAccessKey":"[^"]{40}","Token":"IQoJb3JpZ2luX2Vj[^"]+","Expiration":"2026-11-24T06:00:00Z"\}$/,
    );
  });

  test("are those of a session that the task's id names", async () => {
    const reply = await ask(`/v2/credentials/${webId}`);
    const { AccessKeyId, Token } = jsonOf(reply);
    const taskId = task("web").taskArn.split("/").at(-1);
    expect(taskId).toMatch(/^[0-9a-f]{32}$/);
    expect(await world.rotator.open(AccessKeyId, Token)).toMatchObject({
      session: { kind: "ecs-task", sessionName: taskId, sourceArn: task("web").taskArn },
    });
    expect(reply.facts).toEqual({
      accessKeyId: AccessKeyId,
      principal: `arn:aws:sts::123456789012:assumed-role/web/${taskId}`,
    });
  });

  test("are the same at version 1, at any method, and others an hour later", async () => {
    const first = (await ask(`/v2/credentials/${webId}`)).body;
    expect((await ask(`/v1/credentials?id=${webId}`)).body).toBe(first);
    expect((await ask(`/v2/credentials/${webId}`, { method: "POST" })).body).toBe(first);
    expect((await ask(`/v2/credentials/${webId}`, { at: NOW + HOUR - 1 })).body).toBe(first);
    expect((await ask(`/v2/credentials/${webId}`, { at: NOW + HOUR })).body).not.toBe(first);
  });

  const uninitialized = () => `/v2/credentials/${task("untrusted").credentialsId}`;
  test.each([
    ["no id", 2, () => "/v2/credentials/", 400, "NoIdInRequest", "No Credential ID in the request"],
    ["no id", 1, () => "/v1/credentials", 400, "NoIdInRequest", "No Credential ID in the request"],
    ["an id of nobody", 2, () => "/v2/credentials/x", 400, "InvalidIdInRequest", "Credentials not found"],
    ["an id of nobody", 1, () => "/v1/credentials?id=x", 400, "InvalidIdInRequest", "Credentials not found"],
    ["more after it", 2, () => `/v2/credentials/${webId}/x`, 400, "InvalidIdInRequest", "Credentials not found"],
    ["a role for EC2", 2, uninitialized, 503, "CredentialsUninitialized", "Credentials uninitialized for ID"],
  ])("%s, version %i", async (_, version, target, status, code, message) => {
    const reply = await ask(target());
    const body = `{"code":"${code}","message":"CredentialsV${version}Request: ${message}","HTTPErrorCode":${status}}`;
    expect(reply).toMatchObject({ status, body, rawHeaders: json(body.length), facts: { errorCode: code } });
  });

  test("a task without a role has no id for them", () => {
    expect([task("bare").credentialsId, task("bare").recipient]).toEqual([undefined, undefined]);
  });
});

describe("metadata of version 4", () => {
  test("of a container", async () => {
    const reply = await ask(`/v4/${endpointId("several")}`);
    const { taskArn } = task("several");
    const taskId = taskArn.split("/").at(-1);
    expect(taskArn).toBe(`arn:aws:ecs:us-east-1:123456789012:task/blue/${taskId}`);
    expect(jsonOf(reply)).toEqual({
      DockerId: expect.stringMatching(/^[0-9a-f]{64}$/),
      Name: "one",
      DockerName: expect.stringMatching(/^ecs-shop-7-one-[0-9a-f]{20}$/),
      Image: "shop:1",
      ImageID: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      Labels: {
        "com.amazonaws.ecs.cluster": "blue",
        "com.amazonaws.ecs.container-name": "one",
        "com.amazonaws.ecs.task-arn": taskArn,
        "com.amazonaws.ecs.task-definition-family": "shop",
        "com.amazonaws.ecs.task-definition-version": "7",
      },
      DesiredStatus: "RUNNING",
      KnownStatus: "RUNNING",
      Limits: { CPU: 2, Memory: 0 },
      CreatedAt: "2026-11-24T00:00:00Z",
      StartedAt: "2026-11-24T00:00:00Z",
      Type: "NORMAL",
      ContainerARN: expect.stringContaining(`arn:aws:ecs:us-east-1:123456789012:container/blue/${taskId}/`),
      Networks: [
        {
          NetworkMode: "awsvpc",
          IPv4Addresses: [expect.stringMatching(/^10\.0\.2\.\d+$/)],
          AttachmentIndex: 0,
          MACAddress: expect.stringMatching(/^0e(:[0-9a-f]{2}){5}$/),
          IPv4SubnetCIDRBlock: "10.0.2.0/24",
          DomainNameServers: ["10.0.0.2"],
          DomainNameSearchList: ["ec2.internal"],
          PrivateDNSName: expect.stringMatching(/^ip-10-0-2-\d+\.ec2\.internal$/),
          SubnetGatewayIpv4Address: "10.0.2.1/24",
        },
      ],
    });
  });

  test("of a task, with all its containers, in the order of the agent's structures", async () => {
    const reply = await ask(`/v4/${endpointId("several", 1)}/task`);
    const found = jsonOf(reply);
    expect(Object.keys(found)).toEqual(
      "Cluster TaskARN Family Revision DesiredStatus KnownStatus PullStartedAt PullStoppedAt AvailabilityZone LaunchType Containers VPCID FaultInjectionEnabled AvailabilityZoneID".split(
        " ",
      ),
    );
    expect(found).toMatchObject({ Cluster: "blue", Family: "shop", Revision: "7", LaunchType: "EC2" });
    expect(found.Containers.map(({ Name }: { Name: string }) => Name)).toEqual(["one", "two"]);
    expect(found.Containers[0]).toEqual(jsonOf(await ask(`/v4/${endpointId("several")}`)));
  });

  test("tags are told who asks for them, sorted, and safe to stand in HTML as Go writes them", async () => {
    const plain = String((await ask(`/v4/${endpointId("web")}/task`)).body);
    const tagged = String((await ask(`/v4/${endpointId("web")}/taskWithTags`)).body);
    expect(plain).not.toContain("TaskTags");
    expect(tagged).toContain('"TaskTags":{"Stage":"test","Team":"R\\u0026D"},"LaunchType"');
    expect(String((await ask(`/v4/${endpointId("bare")}/taskWithTags`)).body)).not.toContain("TaskTags");
  });

  test("what is longer than Go's buffer is of a length that is not told", async () => {
    const reply = await ask(`/v4/${endpointId("several")}/task`);
    expect(Buffer.byteLength(String(reply.body))).toBeGreaterThan(2048);
    expect(reply.rawHeaders).not.toContain("Content-Length");
  });

  test("statistics grow with time, and those of a task are those of its containers", async () => {
    const at = NOW + HOUR;
    const [early, late] = await Promise.all(
      [at, at + HOUR].map(async (instant) => jsonOf(await ask(`/v4/${endpointId("several")}/stats`, { at: instant }))),
    );
    expect([early.read, early.preread]).toEqual(["2026-11-24T01:00:00Z", "2026-11-24T00:59:59Z"]);
    expect(late.cpu_stats.cpu_usage.total_usage).toBe(2 * early.cpu_stats.cpu_usage.total_usage);
    expect(early.precpu_stats.system_cpu_usage).toBeLessThan(early.cpu_stats.system_cpu_usage);
    const all = jsonOf(await ask(`/v4/${endpointId("several")}/task/stats`, { at }));
    expect(all[early.id]).toEqual(early);
    expect(Object.keys(all)).toHaveLength(2);
  });

  const NO_DOCKER_ID = "unable to get container ID from request: unable to get docker ID from v3 endpoint ID: x";
  const NO_ARN = "unable to get task arn from request: unable to get task Arn from v3 endpoint ID: x";
  test.each([
    ["/v4/x", `V4 container metadata handler: ${NO_DOCKER_ID}`],
    ["/v4/x/task", `V4 task metadata handler: ${NO_ARN}`],
    ["/v4/x/taskWithTags", `V4 task metadata handler: ${NO_ARN}`],
    ["/v4/x/stats", `V4 container stats handler: ${NO_ARN}`],
    ["/v4/x/task/stats", `V4 task stats handler: ${NO_ARN}`],
  ])("%s of nobody is a JSON string", async (target, text) => {
    const body = JSON.stringify(text);
    expect(await ask(target)).toMatchObject({ status: 404, body, rawHeaders: json(body.length) });
  });
});

describe("other paths", () => {
  test.each(["/", "/v2/credentials", "/v2/metadata", "/v4", "/v4/x/y", "/v4/x/constructor", "/latest/meta-data"])(
    "%s is none",
    async (target) => {
      const headers = ["Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff", ...limits];
      const rawHeaders = [...headers, "Date", DATE, "Content-Length", "19"];
      expect(await ask(target)).toMatchObject({ status: 404, body: "404 page not found\n", rawHeaders });
    },
  );

  test.each([
    ["//v4//x", "/v4/x"],
    ["/v4/../v2/credentials/x?y=z", "/v2/credentials/x?y=z"],
    ["/v4/x/./", "/v4/x/"],
  ])("%s is found at %s", async (target, location) => {
    const rawHeaders = ["Location", location, "Date", DATE, "Content-Length", "0"];
    expect(await ask(target)).toMatchObject({ status: 301, body: "", rawHeaders });
  });

  test("what cannot be decoded is no request", async () => {
    expect(await ask("/v4/%zz")).toMatchObject({ status: 400, body: "400 Bad Request" });
  });
});

describe("the rate", () => {
  test("of one caller at one path is 40 a second after 60 at once, in real time", async () => {
    const { ecs } = createWorld();
    const statuses = async (count: number, more: Partial<HttpRequest>) => {
      const replies = await Promise.all(Array.from({ length: count }, () => ecs(request("/v4/x", more))));
      return replies.filter(({ status }) => status !== 429).length;
    };
    expect(await statuses(70, { realAt: 1_000_000 })).toBe(60);
    expect(await statuses(70, { realAt: 1_000_500, at: NOW + HOUR })).toBe(20);
    expect(await statuses(70, { realAt: 1_000_500, remoteAddress: "127.0.0.2" })).toBe(60);
    const limited = await ecs(request("/v4/x", { realAt: 1_000_500 }));
    const body = "You have reached maximum request limit.";
    expect(limited).toMatchObject({ status: 429, body });
    expect(limited.rawHeaders).toEqual([
      ...["Content-Type", "text/plain; charset=utf-8", ...limits, "Date", DATE, "Content-Length", String(body.length)],
    ]);
    expect((await ecs(request("/v4/y", { realAt: 1_000_500 }))).status).toBe(404);
    // The machine's clock was put back.
    expect([await statuses(1, { realAt: 500_000 }), await statuses(70, { realAt: 501_000 })]).toEqual([0, 40]);
  });

  test("tells for whom and from where, IPv6 in brackets", async () => {
    const { rawHeaders } = await ask("/v4/x", {
      remoteAddress: "::1",
      rawHeaders: ["Host", "x", "X-Forwarded-For", "203.0.113.9"],
    });
    expect(rawHeaders).toContain("203.0.113.9");
    expect(rawHeaders).toContain("[::1]:50000");
  });
});
