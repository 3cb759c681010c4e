// What each role sees in its navigation, and every route with the session of every role.

const NAVIGATION = {
  coordinator: ["/today", "/participants", "/waiting", "/study", "/account", "/help"],
  investigator: ["/today", "/participants", "/waiting", "/trail", "/study", "/account", "/help"],
  monitor: ["/today", "/participants", "/waiting", "/trail", "/study", "/account", "/help"],
  manager: ["/today", "/participants", "/waiting", "/exports", "/trail", "/study", "/account", "/help"],
  admin: ["/trail", "/study", "/accounts", "/account", "/help"],
  elsewhere: ["/today", "/participants", "/waiting", "/study", "/account", "/help"],
  nothing: ["/account", "/help"],
};

export async function run({ base, routes, subject, fault, windowOf }) {
  const send = (page, path) => page.context().request.post(base + path, { headers: { origin: base }, form: {}, maxRedirects: 0 });

  const stranger = await windowOf(null);
  for (const { method, path, open } of routes.filter((route) => !route.open)) {
    if (method === "post") {
      const reply = await send(stranger, path);
      if (reply.status() !== 303 || !reply.headers().location.startsWith("/sign-in")) fault(`${path} without a session: ${reply.status()}`);
    } else {
      await stranger.goto(base + path);
      if (!stranger.url().startsWith(`${base}/sign-in`)) fault(`${path} without a session leads to ${stranger.url()}`);
    }
  }

  for (const [account, wanted] of Object.entries(NAVIGATION)) {
    const page = await windowOf(account);
    await page.goto(`${base}/help`);
    const entries = await page.$$eval(".top nav a", (links) => links.map((link) => link.getAttribute("href")));
    if (entries.join() !== wanted.join()) fault(`${account} is led to ${entries}`);
    for (const { method, path, accounts } of routes.filter((route) => !route.open && route.path !== "/sign-out")) {
      const may = accounts.includes(account);
      const reply = method === "post"
        ? may ? null : await send(page, path)
        : path.includes(".") ? await page.context().request.get(base + path, { maxRedirects: 0 }) : await page.goto(base + path);
      if (!reply) continue;
      const status = reply.status();
      if (!may) {
        if (status !== 403) fault(`${account}: ${method} ${path} is answered with ${status}`);
        const text = await reply.text();
        if (!/<h1>[^<]+<\/h1>\s*<p class="notice refused"[^>]*>[^<]{10,}/.test(text)) fault(`${account}: ${path} refuses without words`);
        if (text.includes(subject)) fault(`${account}: the refusal of ${path} names the participant`);
      } else if (account === "elsewhere" && path.includes(subject)) {
        if (status !== 404) fault(`a coordinator of another site: ${path} is answered with ${status}`);
      } else if (status >= 400) {
        fault(`${account}: ${path} is answered with ${status}`);
      }
    }
    if (account === "elsewhere") {
      for (const list of ["/today", "/participants", `/participants?q=${subject}`, "/waiting", "/study"]) {
        await page.goto(base + list);
        if ((await page.textContent("main")).includes(subject)) fault(`a coordinator of another site reads ${subject} on ${list}`);
      }
    }
    await page.context().close();
  }
}
