// `node lint.mjs FILE...`: checks styles and scripts against the oldest browser of `browserslist` in package.json, by the
// tables of MDN. Prints one line for each thing that it lacks, and "done" at the end.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const require = createRequire(import.meta.url);
const { css, api, javascript } = require("@mdn/browser-compat-data");
const postcss = require("postcss");
const acorn = require("acorn");
const { full } = require("acorn-walk");
const [browser, version] = require("./package.json").browserslist.split(" ");

/** True if a table says that the oldest browser has something; undefined where no table knows it. */
function has(feature) {
  if (!feature?.__compat) return undefined;
  const all = [feature.__compat.support[browser] ?? []].flat().filter((one) => !one.flags && !one.prefix && !one.alternative_name);
  return all.some(({ version_added: added, version_removed: removed }) => added && parseFloat(added) <= version && !(parseFloat(removed) <= version));
}

function style(text, lacks) {
  const lack = (node, feature, name) => { if (has(feature) === false) lacks(node.source.start.line, name); };
  postcss.parse(text).walk((node) => {
    if (node.type === "atrule") {
      lack(node, css["at-rules"][node.name], `@${node.name}`);
      for (const [, name] of node.params.matchAll(/\(\s*([a-z-]+)/g)) lack(node, css["at-rules"][node.name]?.[name], `@${node.name} (${name})`);
    } else if (node.type === "rule") {
      if (node.parent.type === "rule") lacks(node.source.start.line, "nesting");
      for (const [, name] of node.selector.matchAll(/::?([a-z-]+)/g)) lack(node, css.selectors[name], `:${name}`);
    } else if (node.type === "decl" && !node.prop.startsWith("--")) {
      const { parent, prop } = node;
      const property = parent.type === "atrule" ? css["at-rules"][parent.name]?.[prop] ?? css.properties[prop] : css.properties[prop];
      // The same under the old name stands beside it.
      const doubled = parent.nodes.some((one) => one.prop === `-webkit-${prop}`);
      if (!property && !prop.startsWith("-webkit-")) lacks(node.source.start.line, `no property ${prop}`);
      if (has(property) === false) {
        if (!doubled) lacks(node.source.start.line, prop);
        return;
      }
      // Of a list of fonts the first that is there is taken.
      if (prop === "font" || prop === "font-family") return;
      const plain = node.value.replaceAll(/"[^"]*"|#[0-9a-f]+/gi, "");
      for (const [word, unit] of plain.matchAll(/-?\d*\.?\d+([a-z]+)|[a-z][a-z-]*\(?/gi)) {
        const name = word.replace("(", "");
        if (unit) lack(node, css.types.length?.[unit], unit);
        else lack(node, property?.[name] ?? (word.endsWith("(") ? css.types[name] ?? css.types.color[name] : undefined), name);
      }
    }
  });
}

/** Everything of a name in the tables of the language and of the browser's objects. */
function named(name) {
  const objects = [...Object.values(api), ...Object.values(javascript.builtins)];
  return objects.map((one) => one[name]).filter((one) => one?.__compat);
}

function script(text, lacks) {
  let tree;
  try {
    tree = acorn.parse(text, { ecmaVersion: 2019, locations: true });
  } catch (error) {
    lacks(error.loc?.line ?? 1, error.message);
    return;
  }
  full(tree, (node) => {
    if (node.type === "MemberExpression" && !node.computed) {
      const all = named(node.property.name);
      // Which object it is of is not known: one that has it is enough.
      if (all.length > 0 && !all.some(has)) lacks(node.loc.start.line, `.${node.property.name}`);
    }
  });
}

for (const file of process.argv.slice(2)) {
  const lacks = (line, what) => console.log(`fault ${basename(file)}:${line}: ${browser} ${version} lacks ${what}`);
  (file.endsWith(".css") ? style : script)(readFileSync(file, "utf8"), lacks);
}
console.log("done");
