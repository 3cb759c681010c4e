// Drives the site's pages in Chromium. Prints one line for each fault, and "done" at the end.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { part, base, password, pages } = JSON.parse(process.argv[2]);

const fault = (text) => console.log(text.replaceAll("\n", " "));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

/** Signs in by the form, as a person does. */
async function signIn(page, account) {
  await page.goto(`${base}/sign-in`);
  await page.fill("#name", account);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/sign-in")), page.click("form.card button")]);
}

/** A window of an account, in a language. The check's own script needs the policy of the pages lifted. */
async function windowOf(account, language, colorScheme, more = {}) {
  const context = await browser.newContext({ locale: language, colorScheme, ...more });
  const page = await context.newPage();
  page.on("pageerror", (error) => fault(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A page that answers 404 or 403 on purpose is told to the console as well.
    if (message.type() === "error" && !message.text().includes("status of 4")) fault(`${page.url()}: ${message.text()}`);
  });
  if (account) {
    await signIn(page, account);
    await page.goto(`${base}/account`);
    await page.selectOption("#language", language);
    await Promise.all([page.waitForLoadState("load"), page.click('form[action="/account/language"] button')]);
  }
  return page;
}

async function checkAxe() {
  for (const account of new Set(pages.map((page) => page.account))) {
    for (const language of ["en", "zh-CN"]) {
      for (const scheme of ["light", "dark"]) {
        const page = await windowOf(account, language, scheme, { bypassCSP: true });
        for (const { path } of pages.filter((one) => one.account === account)) {
          await page.goto(base + path);
          for (const width of [320, 768, 1440]) {
            await page.setViewportSize({ width, height: 900 });
            const where = `${path} ${language} ${scheme} ${width}`;
            const wide = await page.evaluate(() => document.documentElement.scrollWidth);
            if (wide > width) fault(`${where}: ${wide} px wide`);
            if (width !== 1440 && scheme === "dark") continue;
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => axe.run());
            for (const one of violations) fault(`${where}: ${one.id} ${one.nodes[0].target} ${one.nodes[0].html.slice(0, 120)}`);
          }
          const lang = await page.evaluate(() => document.documentElement.lang);
          // Sheets for the participant are in the participant's language.
          const theirs = /\/(paper|joining-sheet)/.test(path);
          if (account && !theirs && lang !== language) fault(`${path}: in ${lang} instead of ${language}`);
        }
        await page.context().close();
      }
    }
  }
}

/** Presses Tab until an element has the focus; false if it never gets it. */
async function tabTo(page, selector) {
  for (let n = 0; n < 200; n++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
      if (!seen) fault(`${page.url()}: the focus on ${selector} is not seen`);
      return true;
    }
  }
  return false;
}

async function checkTour() {
  // By keyboard alone.
  const keys = await windowOf(null, "en", "light");
  await keys.goto(`${base}/sign-in`);
  await keys.keyboard.type("coordinator");
  if (!(await tabTo(keys, "#password"))) fault("the password is not reached by keyboard");
  await keys.keyboard.type(password);
  await Promise.all([keys.waitForURL((url) => !url.pathname.startsWith("/sign-in")), keys.keyboard.press("Enter")]);
  const entries = await keys.$$eval(".top nav a", (links) => links.map((link) => link.getAttribute("href")));
  if (entries.length < 2) fault("the navigation is empty");
  for (const entry of entries) {
    if (!(await tabTo(keys, `.top nav a[href="${entry}"]`))) { fault(`${entry} is not reached by keyboard`); continue; }
    await keys.evaluate(() => { window.before = true; });
    await keys.keyboard.press("Enter");
    await keys.waitForFunction(() => !window.before && document.readyState === "complete");
    if (!keys.url().startsWith(base + entry)) fault(`${entry} leads to ${keys.url()}`);
    if (!(await keys.$("h1"))) fault(`${entry} has no heading`);
  }
  await keys.context().close();

  // Without script.
  const plain = await windowOf("coordinator", "zh-CN", "light", { javaScriptEnabled: false });
  for (const { path } of pages.filter((one) => one.account === "coordinator")) {
    const reply = await plain.goto(base + path);
    if (!reply.ok()) fault(`${path} without script: ${reply.status()}`);
    if ((await plain.$$("h1")).length !== 1) fault(`${path} without script: not one heading`);
  }
  await plain.click(".session button");
  await plain.waitForURL("**/sign-in**");
  await plain.goto(`${base}/account`);
  if (!plain.url().includes("/sign-in")) fault("the session goes on after signing out");
  await plain.context().close();
}

try {
  await { axe: checkAxe, tour: checkTour }[part]();
  console.log("done");
} finally {
  await browser.close();
}
