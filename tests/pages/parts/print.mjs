// The report, the joining sheet and the paper diary as they are printed.

/** Width of A4 in CSS pixels. */
const A4 = (210 / 25.4) * 96;

export async function run({ base, subject, ask, fault, leads, windowOf }) {
  for (const language of ["en", "zh-CN"]) {
    const page = await windowOf("coordinator", language);
    await page.goto(`${base}/participants/${subject}/phones`);
    await leads(page, () => page.click(`form[action="/participants/${subject}/phones"] button`));
    const link = new URL(page.url()).pathname.split("/").pop();
    const sheets = [
      { path: `/participants/${subject}/report`, most: 2, margin: 10, subjects: true },
      { path: `/participants/${subject}/joining-sheet/${link}?lang=${language}`, most: 1, margin: 12 },
      { path: `/participants/${subject}/paper?lang=${language}&days=3`, margin: 12, subjects: true },
    ];
    for (const { path, most, margin, subjects } of sheets) {
      await page.goto(base + path);
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      // As wide as the paper between its margins.
      await page.setViewportSize({ width: Math.floor(A4 - (2 * margin * 96) / 25.4), height: 1000 });
      const { over, controls } = await page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        const all = [...document.body.querySelectorAll("*")].filter((one) => one.getClientRects().length > 0);
        const over = all.filter((one) => !one.closest("svg") || one.tagName === "svg").filter((one) => {
          const { left, right } = one.getBoundingClientRect();
          return right > width + 1 || left < -1;
        });
        const controls = all.filter((one) => one.matches("nav, form, button, footer, .skip, .button"));
        return { over: over.map((one) => one.outerHTML.slice(0, 80)), controls: controls.map((one) => one.outerHTML.slice(0, 80)) };
      });
      for (const html of over.slice(0, 3)) fault(`${path} ${language}: beyond the margin: ${html}`);
      for (const html of controls.slice(0, 3)) fault(`${path} ${language}: printed: ${html}`);
      const print = async () => (await ask({ pdf: (await page.pdf({ format: "A4", preferCSSPageSize: true, printBackground: true })).toString("base64") })).pages;
      const check = (texts, how) => {
        if (most && texts.length > most) fault(`${path} ${language} ${how}: ${texts.length} sheets`);
        if (!subjects) return;
        for (const [n, text] of texts.entries()) {
          if (!text.includes(subject)) fault(`${path} ${language} ${how}: sheet ${n + 1} does not name the participant`);
        }
      };
      const texts = await print();
      check(texts, "printed");
      if (path.endsWith("/report")) {
        for (const [n, text] of texts.entries()) {
          if (!new RegExp(`\\b${n + 1}\\b.{0,20}\\b${texts.length}\\b`).test(text)) fault(`${path} ${language}: sheet ${n + 1} has no number`);
        }
        // The oldest browser has no boxes in the margin of a sheet.
        await page.route("**/report.css", async (route) => {
          const reply = await route.fetch();
          await route.fulfill({ response: reply, body: (await reply.text()).replace(/@(top|bottom)-(left|center|right)\s*\{[^}]*\}/g, "") });
        });
        await page.reload();
        check(await print(), "printed without boxes in the margin");
        await page.unroute("**/report.css");
      }
      await page.emulateMedia({ media: "screen" });
      await page.setViewportSize({ width: 1440, height: 900 });
    }
    await page.context().close();
  }
}
