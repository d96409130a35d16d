// The sign-in page in a real browser, Chromium, and the AWS CLI with the credentials that it shows.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programEnvironment } from "../../cli/exec.ts";
import { type Simulation, simulate } from "../../index.ts";
import { AWS_CLI_1, awsCli1, CHROMIUM, chromiumBrowser } from "../clients/software.ts";
import { describeWith } from "../requires.ts";

const run = promisify(execFile);
const PASSWORD = "Correct-horse-1";

describeWith([chromiumBrowser, awsCli1], "signing in with Chromium", () => {
  let simulation: Simulation;
  let browser: Browser;
  beforeAll(async () => {
    const own = { managedPolicies: ["AdministratorAccess"], password: PASSWORD };
    const users = { alice: { ...own, mfa: true, passwordResetRequired: true } } as const;
    simulation = await simulate({ configuration: { users, buckets: ["mybucket"] } });
    // As root Chromium starts without its sandbox alone.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await simulation?.close();
  });

  /** A page of a new visitor; what the browser complains of goes to `complaints`. */
  async function visit(javaScriptEnabled: boolean): Promise<{ page: Page; complaints: string[] }> {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${simulation.urls.control}/sign-in`);
    return { page, complaints };
  }
  const heading = (page: Page) => page.locator("h1").textContent();
  async function give(page: Page, password: string) {
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button").click();
  }
  async function giveCode(page: Page) {
    await page.getByLabel("MFA code").fill((await simulation.mfaCode("alice")).code);
    await page.getByRole("button").click();
  }

  test("password, code and new password lead to credentials that the CLI takes, without a script", async () => {
    const { page } = await visit(false);
    await give(page, "wrong");
    expect(await page.getByRole("alert").textContent()).toContain("Your authentication information is incorrect.");
    await give(page, PASSWORD);
    expect(await heading(page)).toBe("Multi-factor authentication");
    await giveCode(page);
    expect(await heading(page)).toBe("Change password");
    await page.getByLabel("New password").fill("Battery-staple-2");
    await page.getByRole("button").click();
    expect(await heading(page)).toBe("Signed in");

    const exports = (await page.locator("pre").textContent()) ?? "";
    const variables = Object.fromEntries(
      [...exports.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name, value]) => [name, value]),
    );
    const env = { ...programEnvironment(process.env, { variables: {}, removed: ["AWS_*"] }), ...variables };
    const { stdout } = await run(AWS_CLI_1, ["sts", "get-caller-identity"], { env });
    expect(JSON.parse(stdout).Arn).toBe("arn:aws:iam::123456789012:user/alice");
    expect((await run(AWS_CLI_1, ["s3", "ls"], { env })).stdout).toContain("mybucket");
  });

  test("with scripts it is the same, and nothing of the page is refused by its own policy", async () => {
    const { page, complaints } = await visit(true);
    const color = await page.evaluate('getComputedStyle(document.querySelector("button")).backgroundColor');
    expect(color).toBe("rgb(236, 114, 17)");
    await give(page, "Battery-staple-2");
    await giveCode(page);
    expect(await heading(page)).toBe("Signed in");
    expect(complaints).toEqual([]);
  });

  test("a page of another origin gets nobody in", async () => {
    const page = await (await browser.newContext()).newPage();
    const form = `<form method="post" action="${simulation.urls.control}/sign-in"><input name="userName" value="alice"><button>x</button></form>`;
    await page.goto(`data:text/html,${encodeURIComponent(form)}`);
    const answered = page.waitForResponse((response) => response.url().endsWith("/sign-in"));
    await page.getByRole("button").click();
    expect((await answered).status()).toBe(403);
  });
});
