// mayfly sign-in, mfa-code: how does a script come in as a person does, with a password and a code?

import { Command, Option } from "commander";
import type { SignInReport } from "../index.ts";
import { shellLines } from "./environment.ts";
import { type ControlOptions, controlsOf, option, print, withAnswer } from "./options.ts";

interface SignInOptions extends ControlOptions {
  readonly password: string;
  readonly mfaCode?: string;
  readonly newPassword?: string;
}

/** What is missing, where it is not all. */
function missing(report: Exclude<SignInReport, { readonly step: "signed-in" }>): string {
  if (report.step === "mfa-code") return "the user has an MFA device: give its code with --mfa-code";
  const why = report.reason === "expired" ? "the password has expired" : "the password must be changed";
  return `${report.fault?.replace(/\.$/, "") ?? why}: give another one with --new-password`;
}

export function signInCommand(): Command {
  return withAnswer(
    new Command("sign-in").description("sign in to the console, and print the exports of that session for a shell"),
  )
    .argument("<user>", "its name")
    .addOption(option("--password <password>", "the password").makeOptionMandatory())
    .addOption(new Option("--mfa-code <code>", "what the user's MFA device shows"))
    .addOption(option("--new-password <password>", "where the password must be changed"))
    .action(async (userName: string, options: SignInOptions) => {
      const { password, mfaCode, newPassword } = options;
      const report = await controlsOf(options).signIn({ userName, password, mfaCode, newPassword });
      if (report.step !== "signed-in") throw new Error(missing(report));
      print(options.json, report.environment.variables, () => shellLines(report.environment));
    });
}

export function mfaCodeCommand(): Command {
  return withAnswer(new Command("mfa-code").description("print the code that a user's MFA device shows"))
    .argument("<device>", "the name of its user, or its serial number")
    .addOption(new Option("--pair", "two codes in a row, as they enable a device"))
    .action(async (device: string, options: ControlOptions & { pair?: true }) => {
      const report = await controlsOf(options).mfaCode(device);
      print(options.json, report, ({ code, next }) => (options.pair ? `${code} ${next}` : code));
    });
}
