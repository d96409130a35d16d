// What does EC2 tell an instance of things to come? Names of states as AWS writes them.

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html */
export const TARGET_LIFECYCLE_STATES = [
  "Detached",
  "InService",
  "Standby",
  "Terminated",
  "Warmed:Hibernated",
  "Warmed:Running",
  "Warmed:Stopped",
  "Warmed:Terminated",
] as const;
