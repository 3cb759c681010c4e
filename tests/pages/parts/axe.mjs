// Every page in both languages, light and dark, at three widths, checked by axe.
import { readFileSync } from "node:fs";

export async function run({ base, pages, fault, require, windowOf }) {
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  for (const account of new Set(pages.map((page) => page.account))) {
    for (const language of ["en", "zh-CN"]) {
      for (const scheme of ["light", "dark"]) {
        // The check's own script needs the policy of the pages lifted.
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

