// From the link that `init` prints to the first entry of a participant on the pages, with a second factor for each person.

const WORD = "three loose threads";
const SUBJECT = "MG-001";
const NOTE = "First evening, both arms tired";

export async function run({ base, invitation, ask, fault, leads, signIn, windowFor }) {
  /** The text of the code in a part of the page, read from its picture. */
  const scan = async (page, selector) => (await ask({ scan: (await page.locator(selector).screenshot()).toString("base64") })).text;

  /** Sets a password and the second factor on the page of an invitation, then signs in. */
  const begin = async (link, account) => {
    const page = await windowFor({ locale: "en", viewport: { width: 1440, height: 900 } });
    await page.goto(link);
    const address = new URL(await scan(page, "main"));
    if (!decodeURIComponent(address.pathname).endsWith(account)) fault(`the code of ${account} is for ${address.pathname}`);
    const secret = address.searchParams.get("secret");
    await page.fill("#password", WORD);
    await page.fill("#again", WORD);
    await page.fill("#digits", (await ask({ secret, later: 0 })).digits);
    await leads(page, () => page.click("button.main"));
    if ((await page.$$(".codes li")).length < 8) fault(`${account} is given no recovery codes`);
    // A code is taken once: the next one signs in.
    await signIn(page, account, { word: WORD, digits: (await ask({ secret, later: 1 })).digits });
    return page;
  };

  const admin = await begin(invitation, "admin");
  if (new URL(admin.url()).pathname !== "/accounts") fault(`an administrator begins at ${admin.url()}`);
  const card = 'form[action="/accounts"]';
  await admin.fill(`${card} #name`, "coordinator");
  await admin.selectOption(`${card} #role-new`, "coordinator");
  await admin.selectOption(`${card} #language`, "en");
  await leads(admin, () => admin.click(`${card} button.main`));
  const link = await admin.textContent("code[data-link]");

  const desk = await begin(link, "coordinator");
  if (new URL(desk.url()).pathname !== "/today") fault(`a coordinator begins at ${desk.url()}`);
  await desk.click('.top nav a[href="/participants"]');
  await desk.fill("#subject", SUBJECT);
  await leads(desk, () => desk.click("#add button.main"));

  let clicks = 0;
  const click = (selector) => { clicks += 1; return leads(desk, () => desk.click(selector)); };
  await click(`.tabs a[href="/participants/${SUBJECT}/phones"]`);
  await click(`form[action="/participants/${SUBJECT}/phones"] button`);
  // The picture of the whole window, as a phone sees it in front of the screen.
  const code = (await ask({ scan: (await desk.screenshot()).toString("base64") })).text;
  const { digits } = await ask({ diary: ["--json", "join", code] });
  clicks += 1;
  await desk.click("#digits");
  await desk.keyboard.type(digits);
  await click('form[action$="/phones/confirm"] button.main');
  if (!new URL(desk.url()).searchParams.has("done")) fault(`confirming the phone leads to ${desk.url()}`);
  if (clicks > 6) fault(`enrolling a phone takes ${clicks} clicks`);

  await ask({ diary: ["note", NOTE] });
  await ask({ diary: ["sync"] });
  const news = `main section:last-of-type a[href="/participants/${SUBJECT}"]`;
  for (let n = 0; n < 200; n++) {
    await desk.goto(`${base}/today`);
    if (await desk.$(news)) break;
  }
  if (!(await desk.$(news))) fault("the first entry is not new on Today");
  await leads(desk, () => desk.click(news));
  const text = await desk.textContent("main");
  if (!text.includes(NOTE)) fault(`the first entry is not on the page of the participant: ${text}`);
  await desk.goto(`${base}/today`);
  if (await desk.$(news)) fault("what was looked at is still new");
}
