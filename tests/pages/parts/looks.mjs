// Text of twice the size, forced colours, and less motion.

export const flags = ["--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"];

export async function run({ base, pages, subject, ask, fault, leads, windowOf }) {
  for (const language of ["en", "zh-CN"]) {
    const large = await windowOf("coordinator", language, "light", { viewport: { width: 640, height: 900 } });
    for (const { path } of pages.filter((one) => one.account === "coordinator")) {
      await large.goto(base + path);
      const { size, wide } = await large.evaluate(() => ({
        size: parseFloat(getComputedStyle(document.querySelector("main")).fontSize),
        wide: document.documentElement.scrollWidth,
      }));
      // The printable report has sizes of paper.
      if (size < 32 && !path.endsWith("/report")) fault(`${path}: text of ${size} px where the person wants 32`);
      if (wide > 640) fault(`${path} ${language}: ${wide} px wide with large text`);
    }
    await large.context().close();
  }

  const forced = await windowOf("coordinator", "en", "dark", { forcedColors: "active", reducedMotion: "reduce" });
  for (const { path } of pages.filter((one) => one.account === "coordinator")) {
    await forced.goto(base + path);
    const found = await forced.evaluate(() => {
      const said = [];
      const style = (one) => getComputedStyle(one);
      if (style(document.documentElement).scrollBehavior !== "auto") said.push("the page glides");
      const all = [...document.querySelectorAll("body *")];
      if (all.some((one) => style(one).animationName !== "none" || parseFloat(style(one).transitionDuration) > 0)) said.push("something moves");
      // Where backgrounds are the system's, the present entry differs by a line.
      const line = (one) => parseFloat(style(one).borderBottomWidth) > 0 || style(one).outlineStyle !== "none" || style(one).textDecorationLine !== "none";
      for (const one of document.querySelectorAll("[aria-current]")) {
        const others = [...one.closest("ul, nav").querySelectorAll("a:not([aria-current])")];
        const same = others.some((other) => line(other) === line(one) && style(other).fontWeight === style(one).fontWeight);
        if (same) said.push(`the present entry looks like the others: ${one.outerHTML.slice(0, 60)}`);
      }
      return said;
    });
    for (const text of found) fault(`${path} with forced colours: ${text}`);
  }
  await forced.goto(`${base}/participants/${subject}/phones`);
  await leads(forced, () => forced.click(`form[action="/participants/${subject}/phones"] button`));
  const { text } = await ask({ scan: (await forced.locator(".qr").screenshot()).toString("base64") });
  if (!text.startsWith("http")) fault(`the code in forced colours reads ${text}`);
  await forced.context().close();
}
