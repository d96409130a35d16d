// The root's configuration: read, checked, refused with one line for each mistake.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  ConfigurationError,
  checkConfiguration,
  configurationSchema,
  demoConfiguration,
  initialConfiguration,
  parseConfiguration,
  readConfiguration,
} from "../configuration.ts";
import { assumeRole } from "../roles/source.ts";

const faults = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
};

test("the configuration in docs/sts.md is one, with what is commented out as well", () => {
  const text = readFileSync(join(import.meta.dirname, "../docs/sts.md"), "utf8");
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const { roles, oidcProviders } = parseConfiguration(yaml.replace(/^( +)# (\w+:)/gm, "$1$2"), "docs/sts.md");
  expect(Object.keys(roles ?? {})).toEqual(["deploy", "pod"]);
  const told = Object.keys(Object.values(oidcProviders ?? {})[0] ?? {});
  expect(told.sort()).toEqual(["clientIds", "jwks", "tags", "thumbprints"]);
});

test("the configuration in docs/sources.md is one, with what is commented out as well", () => {
  const text = readFileSync(join(import.meta.dirname, "../docs/sources.md"), "utf8");
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const { roles } = parseConfiguration(yaml.replace(/^( +)# (\w+:)/gm, "$1$2"), "docs/sources.md");
  const told = Object.keys(roles?.["mybucket-access"]?.source?.assumeRole ?? {});
  expect(told.sort()).toEqual(Object.keys(assumeRole.shape).sort());
});

/** A text that is wrong, and the lines that say so. */
const WRONG: readonly [name: string, text: string, lines: string[]][] = [
  ["an unknown key", "regions: us-east-1", ['c:1:1: there is no "regions" (did you mean "region"?)']],
  [
    "an unknown key far down",
    "instances:\n  demo:\n    instanceType: t3.micro\n    instanceProfil: x",
    ['c:4:5: instances.demo: there is no "instanceProfil" (did you mean "instanceProfile"?)'],
  ],
  [
    "a number for an account",
    "account: 123456789012",
    ['c:1:1: account: must be 12 digits in quotes, such as "123456789012"'],
  ],
  ["no region", "region: east", ["c:1:1: region: must be a region such as us-east-1"]],
  ["a list", "- a", ["c:1:1: must be a mapping"]],
  ["a word", "hello", ["c:1:1: must be a mapping"]],
  ["two of one key", "region: us-east-1\nregion: us-east-1", ["c:2:1: Map keys must be unique"]],
  [
    "an open bracket",
    "buckets: [a",
    ["c:1:12: Flow sequence in block collection must be sufficiently indented and end with a ]"],
  ],
  [
    "JSON, two mistakes",
    '{"buckets": ["My_Bucket"], "rotation": {"lifetime": 1}}',
    [
      "c:1:14: buckets[0]: must be a bucket name of 3 to 63 lower-case letters, digits, hyphens and dots",
      "c:1:41: rotation.lifetime: must be at least 2s",
    ],
  ],
  [
    "a task with a role that is not there, and an id twice",
    "roles: {web: {trust: ecs-tasks.amazonaws.com}}\ntasks:\n  one: {taskRole: wep, credentialsId: a}\n  two: {taskRole: web, credentialsId: a}",
    [
      'c:3:9: tasks.one.taskRole: there is no role "wep" (did you mean "web"?)',
      "c:4:24: tasks.two.credentialsId: is also that of one",
    ],
  ],
  [
    "wrong tasks",
    'tasks:\n  "a b": {}\n  b: {launchTyp: EC2}\n  c: {launchType: LAMBDA}\n  d: {containers: {}}\n  e: {credentialsId: x}',
    [
      'c:2:3: tasks["a b"]: a name is letters, digits, hyphens and underscores',
      'c:3:7: tasks.b: there is no "launchTyp" (did you mean "launchType"?)',
      "c:4:7: tasks.c.launchType: must be EC2 or FARGATE or EXTERNAL",
      "c:5:7: tasks.d.containers: must name at least one container",
    ],
  ],
  [
    "real credentials for a task",
    "roles: {web: {trust: ecs-tasks.amazonaws.com, source: {file: /k}}}\ntasks: {a: {taskRole: web}}",
    ["c:2:13: tasks.a.taskRole: the role web has a source: containers are given simulated credentials alone"],
  ],
  [
    "an id without a role",
    "tasks: {e: {credentialsId: x}}",
    ["c:1:13: tasks.e.credentialsId: needs taskRole beside it"],
  ],
  [
    "a service account with two associations, and a role that is not there",
    "podIdentity:\n  associations:\n    - {namespace: a, serviceAccount: b, role: c}\n    - {namespace: a, serviceAccount: b, role: c}",
    [
      'c:3:41: podIdentity.associations[0].role: there is no role "c"',
      "c:4:7: podIdentity.associations[1]: b in a has an association already",
      'c:4:41: podIdentity.associations[1].role: there is no role "c"',
    ],
  ],
  [
    "wrong pod identities",
    "podIdentity: {jwks: keys.json, pods: {App: {}}, clusterNam: a}",
    [
      "c:1:15: podIdentity.jwks: must be an absolute path",
      "c:1:39: podIdentity.pods.App: a name is lower-case letters, digits, hyphens and dots",
      'c:1:49: podIdentity: there is no "clusterNam" (did you mean "clusterName"?)',
    ],
  ],
  [
    "no key set",
    "podIdentity: {jwks: {keys: [{kty: oct, k: a}]}}",
    ["c:1:30: podIdentity.jwks.keys[0].kty: must be RSA or EC or OKP"],
  ],
  ["a bucket twice", "buckets:\n  - mine\n  - mine", ['c:3:5: buckets[1]: the bucket "mine" is there twice']],
  [
    "a word for buckets",
    "buckets: mine",
    ["c:1:1: buckets: must be a list of names, or a mapping of names to what each is set to"],
  ],
  [
    "wrong buckets",
    ["buckets:", "  My_Bucket: {}", "  one: {tag: {}}", '  two: {tags: {"aws:a": b}, publicAccessBlock: some}'].join(
      "\n",
    ),
    [
      "c:2:3: buckets.My_Bucket: must be a bucket name of 3 to 63 lower-case letters, digits, hyphens and dots",
      'c:3:9: buckets.one: there is no "tag" (did you mean "tags"?)',
      "c:4:29: buckets.two.publicAccessBlock: must be true or false, or a mapping of what is blocked",
    ],
  ],
  [
    "wrong tags and policies of buckets",
    [
      "buckets:",
      '  one: {tags: {"aws:a": b}}',
      "  two: {policy: {Statement: []}}",
      '  three: {policy: {Statement: {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::two/*"}}}',
      '  four: {policy: {Statement: {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::four/*"}}}',
      '  five: {policy: {Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/bob"}, Action: "s3:*", Resource: "arn:aws:s3:::five/*"}}}',
      "users: {boc: {}}",
    ].join("\n"),
    [
      "c:2:9: buckets.one.tags: System tags cannot be added/updated by requester",
      "c:3:9: buckets.two.policy: Could not parse the policy: Statement is empty!",
      "c:4:11: buckets.three.policy: Policy has invalid resource",
      "c:5:10: buckets.four.policy: opens the bucket to everybody, which takes publicAccessBlock: false",
      "c:6:10: buckets.five.policy: Invalid principal in policy",
    ],
  ],
  [
    "real credentials for IMDSv1, or for others",
    `{"roles": {"real": {"trust": "ec2.amazonaws.com", "source": {"file": "/keys"}}}, "instanceProfiles": {"p": {"role": "real"}},
"instances": {
 "demo": {"instanceProfile": "real", "metadataOptions": {"httpTokens": "optional"}},
 "other": {"instanceProfile": "p", "metadataOptions": {"httpTokens": "optional"}},
 "fine": {"metadataOptions": {"httpTokens": "optional", "httpProtocolIpv6": "enabled"}, "listen": "[::1]:1340"},
 "open": {"listen": "10.0.0.1:1340"}
}}`,
    [
      "c:3:58: instances.demo.metadataOptions.httpTokens: must be required: the credentials of the role real are real",
      "c:4:56: instances.other.metadataOptions.httpTokens: must be required: the credentials of the role real are real",
      "c:6:11: instances.open.listen: would offer real credentials beyond loopback: set allowRealCredentials: true where that is wanted",
    ],
  ],
  [
    "a wrong rotation",
    "rotation: aws",
    ['c:1:1: rotation: must be "ec2", or a mapping of lifetime, every, lead and refreshing'],
  ],
  [
    "a wrong key in a rotation",
    "rotation: {lifetim: 6h}",
    ['c:1:12: rotation: there is no "lifetim" (did you mean "lifetime"?)'],
  ],
  [
    "a wrong duration and a wrong key at once",
    "rotation:\n  lifetime: long\n  x: 1",
    [
      "c:2:3: rotation.lifetime: `long` is no duration: write it like 6h, 1h30m, 90s or 500ms",
      'c:3:3: rotation: there is no "x"',
    ],
  ],
  [
    "a tag that is a number",
    "instances:\n  demo:\n    tags:\n      Count: 5",
    ["c:4:7: instances.demo.tags.Count: must be a string; put it in quotes"],
  ],
  [
    "a name that is true",
    "instances:\n  demo:\n    instanceProfile: true",
    ["c:3:5: instances.demo.instanceProfile: must be a string; put it in quotes"],
  ],
  ["an entry without content", "instances:\n  demo:", ["c:2:3: instances.demo: must be a mapping"]],
  [
    "a path that is none of the metadata",
    "instances: {demo: {metadata: {user-data: hello}}}",
    [
      "c:1:31: instances.demo.metadata.user-data: must be a path below the version such as meta-data/ami-manifest-path, without a slash at its end",
    ],
  ],
  ["a fraction", "instances: {fleet: {count: 1.5}}", ["c:1:21: instances.fleet.count: must be a whole number"]],
  ["nobody", "instances: {fleet: {count: 0}}", ["c:1:21: instances.fleet.count: must be at least 1"]],
  [
    "a wrong choice",
    "instances: {demo: {metadataOptions: {httpTokens: maybe}}}",
    ["c:1:38: instances.demo.metadataOptions.httpTokens: must be optional or required"],
  ],
  [
    "a profile that is not there",
    "roles: {mybucket-access: {trust: ec2.amazonaws.com}}\ninstances: {demo: {instanceProfile: mybucket-acess}}",
    [
      'c:2:20: instances.demo.instanceProfile: there is no instance profile "mybucket-acess" (did you mean "mybucket-access"?)',
    ],
  ],
  [
    "an unknown caller that is nobody",
    "instances: {demo: {}}\nunknownCaller: dmo",
    ['c:2:1: unknownCaller: there is no instance "dmo" (did you mean "demo"?)'],
  ],
  [
    "unknown callers that would be many",
    "unknownCaller: fleet\ninstances: {fleet: {count: 3}}",
    ["c:1:1: unknownCaller: is a template: name one of its instances, such as fleet-0"],
  ],
  [
    "an unknown caller beyond the count",
    "unknownCaller: fleet-3\ninstances: {fleet: {count: 3}}",
    ['c:1:1: unknownCaller: there is no instance "fleet-3" (did you mean "fleet"?)'],
  ],
  [
    "a zone of elsewhere",
    "region: eu-west-1\ninstances: {demo: {availabilityZone: us-east-1a}}",
    ["c:2:20: instances.demo.availabilityZone: must be a zone of the region eu-west-1"],
  ],
  [
    "two instances with one listener",
    'instances:\n  "a b": {listen: "127.0.0.1:1"}\n  b: {listen: "127.0.0.1:1"}',
    [
      'c:2:3: instances["a b"]: must be a name of at most 128 letters, digits, dots, underscores and hyphens',
      "c:3:7: instances.b.listen: is also that of a b",
    ],
  ],
  [
    "a group that is not there",
    "users: {alice: {groups: [Admins]}}\ngroups: {Admin: {}}",
    ['c:1:26: users.alice.groups[0]: there is no group "Admins" (did you mean "Admin"?)'],
  ],
  [
    "a key without its secret",
    "users:\n  alice:\n    accessKeys:\n      - {id: AKIAAAAAAAAAAAAAAAAA}",
    ["c:4:9: users.alice.accessKeys[0].secret: is missing"],
  ],
  [
    "a mistake behind an alias",
    "instances:\n  one: &one {instanceType: t3}\n  two: *one",
    [
      "c:2:14: instances.one.instanceType: must be a type such as t3.micro",
      "c:2:14: instances.two.instanceType: must be a type such as t3.micro",
    ],
  ],
  ["an alias of nothing", "instances: *none", ["c: Unresolved alias (the anchor must be set before the alias): none"]],
  [
    "aliases that grow without end",
    `a: &a [x]\nb: &b [${"*a,".repeat(30)}]\nc: &c [${"*b,".repeat(30)}]\nd: [${"*c,".repeat(30)}]`,
    ["c: Excessive alias count indicates a resource exhaustion attack"],
  ],
];

describe("a configuration that is wrong", () => {
  test.each(WRONG)("%s", (_name, text, lines) => {
    expect(faults(() => parseConfiguration(text, "c"))).toEqual(lines);
  });

  test("as a value has no lines, but the same words", () => {
    expect(faults(() => checkConfiguration({ instances: { demo: { instanceProfile: "x" } } }))).toEqual([
      'configuration: instances.demo.instanceProfile: there is no instance profile "x"',
    ]);
    expect(faults(() => checkConfiguration(null))).toEqual(["configuration: must be a mapping"]);
  });

  test("says all lines in its message", () => {
    expect(() => parseConfiguration("a: 1\nregion: 5", "c")).toThrow(
      'c:1:1: there is no "a"\nc:2:1: region: must be a string; put it in quotes',
    );
  });
});

describe("a configuration that is right", () => {
  const EMPTY = { account: "123456789012", region: "us-east-1" };

  test.each([
    ["nothing at all", ""],
    ["comments only", "# nothing"],
    ["an empty mapping", "{}"],
  ])("%s", (_name, text) => {
    expect(parseConfiguration(text, "c")).toEqual(EMPTY);
  });

  test("stays what was written, and is plain JSON that is right again", () => {
    const configuration = parseConfiguration(
      'account: "012345678901"\nrotation: {lifetime: 90m}\ninstances: {demo: {launchTime: 2026-11-24T00:00:00Z}}',
      "c",
    );
    expect(configuration).toEqual({
      account: "012345678901",
      region: "us-east-1",
      rotation: { lifetime: "90m" },
      instances: { demo: { launchTime: "2026-11-24T00:00:00Z" } },
    });
    expect(checkConfiguration(JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
  });

  test("members without a value are not there, and dates are instants", () => {
    const instances = { demo: { keyName: undefined, launchTime: new Date(0) } };
    expect(checkConfiguration({ region: undefined, instances })).toEqual({
      ...EMPTY,
      instances: { demo: { launchTime: "1970-01-01T00:00:00.000Z" } },
    });
  });

  test("anchors and merge keys save writing", () => {
    const text = "instances:\n  a: &common {instanceType: m7g.large}\n  b: {<<: *common, keyName: k}";
    expect(parseConfiguration(text, "c").instances).toMatchObject({ b: { instanceType: "m7g.large", keyName: "k" } });
  });
});

describe("the demo world", () => {
  test("is the configuration that `mayfly init` writes, and right", () => {
    expect(demoConfiguration()).toEqual(parseConfiguration(initialConfiguration, "mayfly.yaml"));
    expect(demoConfiguration()).toEqual({
      account: "123456789012",
      region: "us-east-1",
      rotation: { lifetime: "6h", every: "1h", lead: "5m" },
      roles: {
        "mybucket-access": {
          trust: "ec2.amazonaws.com",
          policies: {
            "mybucket-read-write": {
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                  Resource: "arn:aws:s3:::mybucket/*",
                },
                { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::mybucket" },
              ],
            },
          },
        },
      },
      groups: { Administrators: { managedPolicies: ["AdministratorAccess"] } },
      users: { alice: { groups: ["Administrators"], accessKeys: 1, password: "Mayfly-demo-1", mfa: true } },
      buckets: ["mybucket"],
      instances: { demo: { instanceProfile: "mybucket-access" } },
    });
  });

  test("and what its comments offer is right, too", () => {
    const offered = initialConfiguration.replace(/^( *)# (?=(?: {2})*(?:- \{)?[\w]+:)/gm, "$1");
    expect(offered).not.toBe(initialConfiguration);
    const { instances, control, faults, tasks, podIdentity, oidcProviders } = parseConfiguration(offered, "c");
    expect(faults).toHaveLength(3);
    expect(Object.keys(instances?.demo ?? {})).toHaveLength(17);
    expect(instances?.fleet).toMatchObject({ count: 100 });
    expect([Object.keys(tasks?.web ?? {}).length, Object.keys(podIdentity ?? {}).length]).toEqual([6, 5]);
    expect(Object.keys(oidcProviders ?? {})).toEqual(["https://token.actions.githubusercontent.com"]);
    expect(control).toEqual({ hosts: ["mayfly"] });
  });
});

describe("reading a file", () => {
  const directory = mkdtempSync(join(tmpdir(), "mayfly-configuration-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  test("names it in each line", async () => {
    const file = join(directory, "wrong.yaml");
    writeFileSync(file, "regions: 1");
    await expect(readConfiguration(file)).rejects.toThrow(`${file}:1:1: there is no "regions"`);
  });

  test("that is not there is one line", async () => {
    const file = join(directory, "none.yaml");
    await expect(readConfiguration(file)).rejects.toThrow(`${file}: cannot be read (ENOENT)`);
  });
});

describe("the JSON Schema", () => {
  const { properties, additionalProperties } = configurationSchema() as {
    properties: Record<string, { type?: string; description?: string }>;
    additionalProperties: boolean;
  };

  test("has every key, and no others are allowed", () => {
    expect(Object.keys(properties).sort()).toEqual(
      [
        "account",
        "accountAlias",
        "allowRealCredentials",
        "buckets",
        "control",
        "delays",
        "faults",
        "groups",
        "imds",
        "instanceProfiles",
        "instances",
        "oidcProviders",
        "passwordPolicy",
        "podIdentity",
        "policies",
        "region",
        "roles",
        "rotation",
        "strictClock",
        "tasks",
        "unknownCaller",
        "users",
      ].sort(),
    );
    expect(additionalProperties).toBe(false);
  });

  test("describes the rotation of an instance as the general one", () => {
    const text = JSON.stringify(properties.instances);
    expect(text).toContain('"ec2"');
    expect(text).toContain("How long a set of credentials lives; 6h unless given");
  });
});
