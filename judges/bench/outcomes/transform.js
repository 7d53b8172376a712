const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const { createTransformer } = require("@swc/jest");
const { isMutated } = require("../mutants/changes.js");
const { observing } = require("./places.js");

const root = join(__dirname, "..", "..", "..");
const swc = createTransformer({ jsc: { parser: { syntax: "typescript" }, target: "es2022" } });
const version = readFileSync(join(__dirname, "places.js"), "utf8");

/** Compiles for tests; the library with its places observed. */
module.exports = {
    getCacheKey: (source, file) => createHash("sha256").update(`${version}\n${file}\n${source}`).digest("hex"),
    process(source, file, options) {
        const path = relative(root, file).split(sep).join("/");
        const isOwn = path.startsWith("lib/") && isMutated(path);
        return swc.process(isOwn ? observing(path, source) : source, file, options);
    },
};
