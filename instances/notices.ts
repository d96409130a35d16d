// What does EC2 tell an instance of things to come? Spot interruptions, scheduled maintenance, Auto Scaling: names and texts as
// AWS writes them.

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const SPOT_ACTIONS = ["terminate", "stop", "hibernate"] as const;
export type SpotAction = (typeof SPOT_ACTIONS)[number];

export interface SpotInterruption {
  readonly action: SpotAction;
  /** When it will happen, or has; epoch milliseconds on a whole second. */
  readonly time: number;
}

/** How long before the interruption its notice is shown; a hibernation begins with it. */
export const SPOT_NOTICE_MILLISECONDS = 120_000;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html, with its descriptions. */
export const MAINTENANCE_DESCRIPTIONS = {
  "instance-reboot": "scheduled reboot",
  "instance-retirement": "The instance is running on degraded hardware",
  "instance-stop": "The instance is running on degraded hardware",
  "system-maintenance": "scheduled network maintenance",
  "system-reboot": "scheduled reboot",
} as const;
export type MaintenanceCode = keyof typeof MAINTENANCE_DESCRIPTIONS;
export const MAINTENANCE_CODES = Object.keys(MAINTENANCE_DESCRIPTIONS) as [MaintenanceCode, ...MaintenanceCode[]];

/** Instants are epoch milliseconds. */
export interface MaintenanceEvent {
  /** `instance-event-` and 17 hex digits. */
  readonly eventId: string;
  readonly code: MaintenanceCode;
  readonly description: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly state: "active" | "canceled" | "completed";
}

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
export type TargetLifecycleState = (typeof TARGET_LIFECYCLE_STATES)[number];
