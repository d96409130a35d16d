// How does a person sign in, in a browser? Forms without a script: a name and a password, then what is still wanted, then the credentials.

import express, { type Request, type Response, Router } from "express";
import { ControlError, type Controls } from "./controls.ts";
import { type GuardOptions, strangeness } from "./guard.ts";
import { parsed } from "./parse.ts";
import { signInForm } from "./routes.ts";
import {
  codePage,
  type Page,
  passwordPage,
  refusedPage,
  signedInPage,
  signInStyle,
  startPage,
} from "./sign-in-html.ts";
import type { SignInReport } from "./sign-in-reports.ts";

export const sourceAddressOf = ({ socket }: Request): string => socket.remoteAddress ?? "";

const FORM_TYPE = "application/x-www-form-urlencoded";
const FORM_LIMIT = "16kb";

/**
 * Nothing from elsewhere, no script, in no frame. `same-origin`, because browsers that send no referrer send no origin with a form either.
 */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

function show(response: Response, { status = 200, html }: Page): void {
  response.status(status).set(HEADERS).type("html").send(html);
}

function pageOf(report: SignInReport): Page {
  if (report.step === "mfa-code") return codePage(report);
  return report.step === "new-password" ? passwordPage(report) : signedInPage(report);
}

/** What a browser sends of a field that was left empty is nothing. */
const filled = (form: unknown) =>
  Object.fromEntries(Object.entries(form as Record<string, string>).filter(([, value]) => value !== ""));

async function submitted(controls: Controls, request: Request): Promise<Page> {
  try {
    const asked = parsed(signInForm, filled(request.body));
    return pageOf(await controls.signIn(asked, sourceAddressOf(request)));
  } catch (problem) {
    if (!(problem instanceof ControlError)) throw problem;
    return refusedPage(problem.status, problem.message);
  }
}

/** It needs no token: who signs in proves who they are. JSON goes on to the control API. */
export function signInPage(controls: Controls, options: Pick<GuardOptions, "hosts">): Router {
  const router = Router();
  const isPage = (request: Request) =>
    request.method === "GET" || request.method === "HEAD" || Boolean(request.is(FORM_TYPE));
  router.use((request, response, next) => {
    const refused = isPage(request) ? strangeness(request, options) : undefined;
    if (refused) response.status(refused[0]).json({ error: refused[1] });
    else next();
  });
  router.get("/", (_, response) => show(response, startPage()));
  router.get("/style.css", (_, response) => void response.set(HEADERS).type("css").send(signInStyle));
  router.post("/", express.urlencoded({ extended: false, limit: FORM_LIMIT }), async (request, response, next) => {
    if (!request.is(FORM_TYPE)) return next();
    show(response, await submitted(controls, request));
  });
  return router;
}
