// The tour by keyboard alone, with a visible focus on each step, and once without script.

/** Presses Tab until an element has the focus; false if it never gets it. */
async function tabTo(page, selector) {
  for (let n = 0; n < 200; n++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return true;
  }
  return false;
}

/** Goes through a page by Tab; returns the steps without a visible focus, and how many controls were never reached. */
async function walk(page) {
  const controls = await page.evaluate(() => {
    const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
    const radios = new Set();
    // Of radio buttons of one name the keyboard reaches one, and the arrows the others.
    const first = (one) => {
      if (one.type !== "radio") return true;
      const group = `${one.form?.action} ${one.name}`;
      return !radios.has(group) && radios.add(group);
    };
    const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
    return [...all].filter(shown).filter(first).length;
  });
  const dark = [];
  const stops = new Set();
  for (let n = 0; n < controls + 200; n++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      window.stops ??= new Map();
      if (!window.stops.has(one)) window.stops.set(one, window.stops.size);
      const controls = "a[href], button, input, select, textarea, summary";
      return {
        id: window.stops.get(one),
        counts: one.matches(controls),
        seen: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
        html: one.outerHTML.slice(0, 100),
      };
    });
    if (!stop || (stop.id === 0 && stops.size > 1)) break;
    if (stop.counts) stops.add(stop.id);
    if (!stop.seen) dark.push(stop.html);
  }
  return { dark, missed: controls - stops.size };
}

export async function run({ base, password, pages, fault, windowOf }) {
  // By keyboard alone.
  const keys = await windowOf(null);
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
  for (const { path } of pages.filter((one) => one.account === "coordinator")) {
    await keys.goto(base + path);
    const { dark, missed } = await walk(keys);
    for (const html of dark) fault(`${path}: the focus is not seen on ${html}`);
    if (missed > 0) fault(`${path}: ${missed} controls are not reached by keyboard`);
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
