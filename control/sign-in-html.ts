// What do the pages of signing in look like? Plain HTML, each complete in itself.

import { escapedHtml } from "./escaped-html.ts";
import type { SignInReport } from "./sign-in-reports.ts";

export interface Page {
  /** 200 unless given. */
  readonly status?: number;
  readonly html: string;
}

type Step<Name extends SignInReport["step"]> = Extract<SignInReport, { readonly step: Name }>;

const page = (title: string, content: string, status?: number): Page => ({
  ...(status !== undefined && { status }),
  html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Mayfly</title>
<link rel="stylesheet" href="/sign-in/style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`,
});

const alert = (text: string) => `<p role="alert">${escapedHtml(text)}</p>\n`;

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "password";
  readonly autocomplete: string;
}

const USER_NAME: Field = { name: "userName", label: "User name", type: "text", autocomplete: "username" };
const PASSWORD: Field = { name: "password", label: "Password", type: "password", autocomplete: "current-password" };
const MFA_CODE: Field = { name: "mfaCode", label: "MFA code", type: "text", autocomplete: "one-time-code" };
const NEW_PASSWORD: Field = {
  name: "newPassword",
  label: "New password",
  type: "password",
  autocomplete: "new-password",
};

const input = ({ name, label, type, autocomplete }: Field, index: number) =>
  `<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required${index === 0 ? " autofocus" : ""}>`;

const form = (fields: readonly Field[], button: string, ticket?: string) => `<form method="post" action="/sign-in">
${ticket === undefined ? "" : `<input type="hidden" name="ticket" value="${escapedHtml(ticket)}">\n`}${fields.map(input).join("\n")}
<button>${button}</button>
</form>`;

const START = form([USER_NAME, PASSWORD], "Sign in");

export const startPage = (): Page => page("Sign in as IAM user", START);

export const refusedPage = (status: number, why: string): Page =>
  page("Sign in as IAM user", alert(why) + START, status);

export const codePage = ({ ticket }: Step<"mfa-code">): Page =>
  page(
    "Multi-factor authentication",
    `<p>Enter the code that your MFA device shows.</p>\n${form([MFA_CODE], "Submit", ticket)}`,
  );

export const passwordPage = ({ ticket, reason, fault }: Step<"new-password">): Page =>
  page(
    "Change password",
    `${fault === undefined ? "" : alert(fault)}<p>${
      reason === "expired" ? "Your password has expired." : "You must change your password to continue."
    }</p>\n${form([NEW_PASSWORD], "Confirm password change", ticket)}`,
  );

export function signedInPage({ arn, multiFactorAuthPresent, expiresAt, environment }: Step<"signed-in">): Page {
  const exports = Object.entries(environment.variables).map(([name, value]) => `export ${name}='${value}'`);
  return page(
    "Signed in",
    `<dl>
<dt>User</dt><dd>${escapedHtml(arn)}</dd>
<dt>With MFA</dt><dd>${multiFactorAuthPresent ? "yes" : "no"}</dd>
<dt>Until</dt><dd><time>${escapedHtml(expiresAt)}</time></dd>
</dl>
<p>For a shell:</p>
<pre>${escapedHtml(exports.join("\n"))}</pre>
<p><a href="/sign-in">Sign in as somebody else</a></p>`,
  );
}

export const signInStyle = `body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f2f3f3; color: #16191f; }
main { max-width: 24rem; margin: 10vh auto 0; padding: 2rem; background: #fff; border: 1px solid #d5dbdb; }
main:has(pre) { max-width: 48rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
label { display: block; font-weight: 600; }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .4rem; margin: 0 0 1rem; border: 1px solid #687078; }
button { font: inherit; font-weight: 600; width: 100%; padding: .5rem; border: 0; background: #ec7211; color: #16191f; }
[role=alert] { padding: .5rem; border-left: 4px solid #d13212; background: #fdf3f1; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
pre { overflow: auto; padding: .5rem; background: #f2f3f3; }
`;
