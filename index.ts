// The only door for importers: `simulate` runs a world in this process, `connect` drives one that runs in another.

import type { ExerciseOptions } from "./exercise/exercise.ts";
import type { ExerciseReport } from "./exercise/report.ts";
import type { ExerciseScenario } from "./exercise/scenario.ts";
import type { Isolated, IsolateOptions } from "./isolate.ts";
import type { IsolatedProgram } from "./network/isolation/isolated-program.ts";
import type { MachineFact } from "./network/machine.ts";

export { parseDuration } from "./clock/duration.ts";
export { moveOwnDate } from "./clock/own-date.ts";
export { pause } from "./clock/real-time.ts";
export {
  type Configuration,
  ConfigurationError,
  configurationSchema,
  configurationText,
  initialConfiguration,
  parseConfiguration,
  readConfiguration,
  readConfigurationPatch,
  type WrittenConfiguration,
} from "./configuration.ts";
export { advanceToRefresh } from "./control/advance-to-refresh.ts";
export type { DroppedRequests } from "./control/await-requests.ts";
export { connect, isReady } from "./control/client.ts";
export type {
  AnnouncementReport,
  CertificatesReport,
  ClockChange,
  ClockReport,
  Controls,
  DoorsReport,
  Environment,
  EnvironmentQuery,
  FaultControls,
  FaultReport,
  InstanceCountsReport,
  InstanceReport,
  PodReport,
  RequestControls,
  RotationReport,
  StateReport,
  TaskReport,
  Urls,
  WaitOptions,
} from "./control/controls.ts";
export { ControlError } from "./control/controls.ts";
export { namesLike, programEnvironment } from "./control/environment.ts";
export { type Expectation, ExpectationError, type Verdict } from "./control/expectation.ts";
export { type ExplanationQuery, type ExplanationReport, explanationText } from "./control/explanation.ts";
export type { RequestConditions } from "./control/request-conditions.ts";
export { checkExpectation, requestConditions } from "./control/request-controls.ts";
export type { RequestQuery, RequestReport } from "./control/request-log.ts";
export { entryLine, type RequestEntry } from "./control/request-record.ts";
export type { Scenario, StepReport } from "./control/scenario.ts";
export type { MfaCodeReport, SignInReport } from "./control/sign-in-reports.ts";
export {
  REFRESH_RULES,
  REFRESHING_CLIENTS,
  type RefreshingClient,
  type RefreshRule,
  refreshDueAt,
} from "./credential-rotator/refresh-rules.ts";
export type { ExercisedProgram, ExerciseOptions, ExerciseProgress } from "./exercise/exercise.ts";
export type { Observation } from "./exercise/observation.ts";
export type { ExerciseReport, ProgramReport } from "./exercise/report.ts";
export { githubAnnotations, githubSummary } from "./exercise/reports/github.ts";
export { jsonReport } from "./exercise/reports/json.ts";
export { reportForm, writeReport } from "./exercise/reports/report-file.ts";
export { paintFor, textReport } from "./exercise/reports/text.ts";
export { THRESHOLDS, type Thresholds } from "./exercise/thresholds.ts";
export {
  type FaultDescription,
  faultDescriptions,
  limitDescriptions,
  type Option as FaultOption,
  type WrittenFault,
} from "./faults/table.ts";
export { type ActionDescription, actionDescriptions } from "./instances/actions/descriptions.ts";
export type { InstanceActionName } from "./instances/actions/table.ts";
export { makeDirectory } from "./journal/directory.ts";
export { parseEndpoint } from "./network/endpoint.ts";
export { packageVersion } from "./package-version.ts";
export { readScenario, runScenario } from "./scenario-file.ts";
export type { SignInRequest } from "./sign-in/sign-in.ts";
export { simulate } from "./simulate.ts";
export { defaultEndpoints, type Endpoints, type Simulation, type SimulationOptions } from "./simulation.ts";
export type { ExerciseScenario, Isolated, IsolatedProgram, IsolateOptions, MachineFact };

// What few programs need is loaded when it is asked for, because every module takes its time at each start.

/** Starts a program in a network of its own, on a running Mayfly's instance or in a container; see `isolate.ts` for its errors. */
export async function isolate(options: IsolateOptions): Promise<Isolated> {
  return (await import("./isolate.ts")).isolate(options);
}

/** What this machine can do for a simulation, each with what it is needed for. Tries each thing once; never rejects. */
export async function examineMachine(): Promise<readonly MachineFact[]> {
  const { warpSupport } = await import("./clock/warp/warp.ts");
  const { examineMachine: examineNetwork } = await import("./network/machine.ts");
  const warp = await warpSupport();
  const name = "clock of a client";
  const neededFor = "moving an unmodified program's clock with the server's";
  const moved = warp.supported
    ? { name, able: true, detail: warp.detail, neededFor }
    : { name, able: false, detail: warp.reason, neededFor };
  return [...(await examineNetwork()), moved];
}

/**
 * Runs programs as if each were on an instance, moves their clocks and the simulation's through rotations and faults, and says whether they
 * came through. Rejects with ConfigurationError where the scenario, the world or the clock makes no sense, and with one line where a
 * program cannot be started or a step of the scenario fails.
 */
export async function exercise(options: ExerciseOptions): Promise<ExerciseReport> {
  return (await import("./exercising.ts")).exercise(options);
}

/** What programs can be put through, by name; see docs/exercise.md. */
export async function shippedScenarios(): Promise<readonly ExerciseScenario[]> {
  return (await import("./exercise-scenarios.ts")).shippedScenarios();
}

/** The shipped scenario of that name, or the one in that file. ConfigurationError when there is none, or it is wrong. */
export async function readExerciseScenario(nameOrFile: string): Promise<ExerciseScenario> {
  return (await import("./exercise-scenarios.ts")).readExerciseScenario(nameOrFile);
}
