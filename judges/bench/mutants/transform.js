const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const { createTransformer } = require("@swc/jest");
const { isMutated } = require("./changes.js");
const { switched } = require("./switched.js");

const root = join(__dirname, "..", "..", "..");
const swc = createTransformer({ jsc: { parser: { syntax: "typescript" }, target: "es2022" } });
const version = ["changes", "switched"].map((name) => readFileSync(join(__dirname, `${name}.js`), "utf8")).join("\n");

/** Compiles for tests; the library with a switch for each mutant. */
module.exports = {
    getCacheKey: (source, file) => createHash("sha256").update(`${version}\n${file}\n${source}`).digest("hex"),
    process(source, file, options) {
        const path = relative(root, file).split(sep).join("/");
        const own = path.startsWith("lib/") && isMutated(path) ? switched(root, path) : undefined;
        return swc.process(own ?? source, file, options);
    },
};
