// A session for tests.

import type { InstanceRoleSession } from "../../signing/session.ts";

export const session: InstanceRoleSession = {
  kind: "instance-role",
  accountId: "123456789012",
  roleName: "mybucket-access",
  roleId: "AROA2FQ7KZ3M5T6W4XN2A",
  roleArn: "arn:aws:iam::123456789012:role/mybucket-access",
  sessionName: "i-0123456789abcdef0",
  associationId: "iip-assoc-0123456789abcdef0",
  delivery: "2.0",
  issuedAt: Date.UTC(2026, 10, 24, 12),
  expiresAt: Date.UTC(2026, 10, 24, 18),
  forcedRotations: 0,
  sourceInstanceArn: "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0",
  sourceVpcId: "vpc-0123456789abcdef0",
  sourcePrivateIpv4: "10.0.0.10",
};
