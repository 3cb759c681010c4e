// Drives the site's pages in Chromium: `node driver.mjs PART JSON`. A part is a module of `parts/`. Prints one line for each
// fault, and "done" at the end. A line "ask JSON" is a question to the test, which answers with a line of JSON.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");

const [part, json] = process.argv.slice(2);
const input = JSON.parse(json);
const { base, password } = input;
const { run, flags = [] } = await import(`./parts/${part}.mjs`);

const fault = (text) => console.log(`fault ${String(text).replaceAll("\n", " ")}`);
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Asks the test. */
async function ask(question) {
  console.log(`ask ${JSON.stringify(question)}`);
  return JSON.parse((await answers.next()).value);
}

const args = ["--no-sandbox", ...flags];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });

/** Does something that leads to another page, and waits for it. */
async function leads(page, act) {
  await Promise.all([page.waitForEvent("domcontentloaded"), act()]);
  await page.waitForLoadState("load");
}

/** Signs in by the form, as a person does; `digits` is the second factor, where there is one. */
async function signIn(page, account, { word = password, digits } = {}) {
  await page.goto(`${base}/sign-in`);
  await page.fill("#name", account);
  await page.fill("#password", word);
  if (digits) await page.fill("#digits", digits);
  await leads(page, () => page.click("form.card button"));
  if (new URL(page.url()).pathname.startsWith("/sign-in")) throw new Error(`${account} is not signed in`);
}

/** A window that watches: a fault is each error of a page, each dialog, each request to another host. */
async function windowFor(more = {}) {
  const context = await browser.newContext(more);
  const page = await context.newPage();
  page.on("pageerror", (error) => fault(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A page that answers 404 or 403 on purpose is told to the console as well.
    if (message.type() === "error" && !message.text().includes("status of 4")) fault(`${page.url()}: ${message.text()}`);
  });
  page.on("dialog", async (dialog) => {
    fault(`${page.url()}: a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  context.on("request", (request) => {
    seen.requests += 1;
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !url.startsWith("data:")) fault(`${page.url()}: asks for ${url}`);
  });
  return page;
}

/** A window of an account, in a language. */
async function windowOf(account, language = "en", colorScheme = "light", more = {}) {
  const page = await windowFor({ locale: language, colorScheme, ...more });
  if (account) {
    await signIn(page, account);
    await page.goto(`${base}/account`);
    await page.selectOption("#language", language);
    await leads(page, () => page.click('form[action="/account/language"] button'));
  }
  return page;
}

const seen = { requests: 0 };
try {
  await run({ ...input, ask, fault, leads, require, signIn, windowFor, windowOf });
  console.log(`done ${JSON.stringify(seen)}`);
} finally {
  await browser.close();
}
process.exit(0);
