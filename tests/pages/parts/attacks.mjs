// Hostile texts in everything that a person can type: they are shown as they are, and do nothing.

export async function run({ base, pages, hostile, fault, leads, windowOf }) {
  const armed = (page) => page.addInitScript(() => {
    window.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const untouched = async (page, where) => {
    if (await page.evaluate(() => window.hit)) fault(`${where}: a text was run`);
    const made = await page.$$eval("main b[onclick], main img, main iframe, main script, main style, main base, main meta", (all) => all.length);
    if (made > 0) fault(`${where}: a text became elements`);
  };

  const mine = await windowOf("coordinator");
  await armed(mine);
  let sent = 0;
  for (const { path } of pages.filter((one) => one.account === "coordinator")) {
    await mine.goto(base + path);
    const forms = await mine.$$eval("main form[method=post]", (all) => all.length);
    for (let n = 0; n < forms; n++) {
      // A phone stays, and so does the password; each form is sent with the text in all of its fields.
      const skipped = await mine.evaluate(({ n, hostile }) => {
        const form = document.querySelectorAll("main form[method=post]")[n];
        if (!form || /\/(revoke|password|sessions|language)$|^\/account/.test(new URL(form.action).pathname)) return true;
        let at = n;
        for (const one of form.querySelectorAll("input:not([type]), input[type=text], input[type=search], textarea")) {
          one.value = hostile[at++ % hostile.length];
        }
        for (const one of form.querySelectorAll("select")) one.selectedIndex = one.options.length - 1;
        for (const one of form.querySelectorAll("input[type=date]")) one.value ||= "2026-03-02";
        return false;
      }, { n, hostile });
      if (skipped) continue;
      await leads(mine, () => mine.evaluate((n) => HTMLFormElement.prototype.submit.call(document.querySelectorAll("main form[method=post]")[n]), n));
      sent += 1;
      await untouched(mine, `${path}, form ${n}`);
      if (await mine.$(".notice form button.main")) await leads(mine, () => mine.click(".notice form button.main"));
      await untouched(mine, `${path}, form ${n}, confirmed`);
      await mine.goto(base + path);
    }
  }
  if (sent < 8) fault(`only ${sent} forms were sent`);
  for (const text of hostile) {
    await mine.goto(`${base}/participants?q=${encodeURIComponent(text)}`);
    await untouched(mine, "the search");
    if ((await mine.inputValue("#q")) !== text) fault(`the search does not keep ${text}`);
  }
  await mine.context().close();

  for (const account of ["coordinator", "investigator", "admin"]) {
    const page = await windowOf(account);
    await armed(page);
    const all = account === "coordinator" ? pages.filter((one) => one.account === account) : [];
    const more = account === "admin" ? ["/trail", "/accounts"] : ["/today", "/trail", "/waiting"];
    for (const path of [...all.map((one) => one.path), ...more]) {
      await page.goto(base + path);
      await untouched(page, `${account}: ${path}`);
    }
    await page.context().close();
  }
}
