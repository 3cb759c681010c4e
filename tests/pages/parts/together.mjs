// Two people at one regimen, and a session that ends under a form that is half filled.

export async function run({ base, password, subject, ask, fault, leads, signIn, windowOf }) {
  const path = `/participants/${subject}/regimen`;
  const line = async (page, medication, amount, times) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    await page.selectOption("#n1-medication", medication);
    await page.fill("#n1-amount", amount);
    await page.fill("#n1-times", times);
  };
  const send = (page) => leads(page, () => page.click(`form[action="${path}"]:has(fieldset, details) button.main`));
  const confirm = (page) => leads(page, () => page.click(".notice button.main"));

  const one = await windowOf("coordinator");
  const other = await windowOf("investigator");
  await one.goto(base + path);
  await other.goto(base + path);
  const codes = await one.$$eval("#n1-medication option", (all) => all.map((each) => each.value).filter(Boolean));
  await line(one, codes[0], "60 mg", "07:30, 12:00");
  await send(one);
  await confirm(one);
  if (!new URL(one.url()).searchParams.has("done")) fault(`the first regimen is not set: ${one.url()} ${await one.textContent("main")}`);

  await line(other, codes[1], "15 mg", "08:15");
  await other.fill("#regimen-reason", "taper from today");
  await send(other);
  const said = await other.textContent(".notice");
  if (!said.includes("coordinator") || !/60/.test(said)) fault(`the second person does not see what the first one set: ${said}`);
  for (const [field, typed] of [["#n1-medication", codes[1]], ["#n1-amount", "15 mg"], ["#n1-times", "08:15"], ["#regimen-reason", "taper from today"]]) {
    const value = await other.inputValue(field);
    if (value !== typed) fault(`${field}: "${typed}" became "${value}"`);
  }
  await send(other);
  await confirm(other);
  const table = await other.textContent("main table");
  if (!/60/.test(table) || !/15/.test(table)) fault(`not both lines are in the regimen: ${table}`);

  // A double click and the way back do nothing twice.
  await one.goto(`${base}/participants`);
  await one.fill("#subject", "MG-077");
  const there = (url) => url.pathname === "/participants/MG-077";
  await Promise.all([one.waitForURL(there), one.dblclick("#add button.main")]);
  await one.goBack();
  await one.fill("#subject", "MG-077");
  await leads(one, () => one.click("#add button.main"));
  await one.goto(`${base}/participants?q=MG-077`);
  const rows = await one.$$eval("tbody tr", (all) => all.length);
  if (rows !== 1) fault(`the participant is there ${rows} times`);

  // The session ends while a visit is typed.
  const plan = `/participants/${subject}/plan`;
  await one.goto(base + plan);
  const form = `form[action="${plan}/visit"]`;
  await one.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  const typed = await one.$$eval(`${form} input[type=date]`, (all) => all[0].value || "2026-03-02");
  const date = one.locator(`${form} input[type=date]`).first();
  await date.fill(typed);
  await ask({ minutes: 16 });
  await leads(one, () => one.click(`${form} button.main`));
  if (!new URL(one.url()).searchParams.has("kept")) fault(`a form after the session leads to ${one.url()}`);
  if (!(await one.$(".notice"))) fault("the sign-in does not say that the form was kept");
  await one.fill("#name", "coordinator");
  await one.fill("#password", password);
  await leads(one, () => one.click("form.card button"));
  if (!one.url().endsWith("/kept")) fault(`the sign-in leads to ${one.url()}`);
  const back = await one.$$eval("form.card input", (all) => all.map((each) => each.value));
  if (!back.includes(typed)) fault(`the day that was typed is not given back: ${back}`);
  const shown = await one.$$eval("form.card label", (all) => all.map((each) => each.textContent.trim()));
  if (shown.length === 0 || shown.some((label) => /^(once|seen|corrects)$/.test(label))) fault(`fields are named ${shown}`);
  await leads(one, () => one.click("form.card button.main"));
  while (await one.$(".notice form button.main")) await confirm(one);
  if (!new URL(one.url()).searchParams.has("done")) fault(`the form that was kept leads to ${one.url()}: ${await one.textContent("main")}`);

  // A session that another one ends.
  const third = await windowOf("investigator");
  await third.goto(`${base}/account`);
  await leads(third, () => third.click('form[action="/account/sessions"] button'));
  await other.goto(`${base}/today`);
  if (!other.url().includes("/sign-in")) fault("a session that was ended goes on");
  await signIn(other, "investigator");
}
