/** Loads TypeScript sources in child processes of tests: `node --require test/unit/typescript.js`. */
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");
require("./without.js");

const options = { module: { type: "commonjs" }, jsc: { parser: { syntax: "typescript" }, target: "es2022" } };

require.extensions[".ts"] = (module, filename) => {
    module._compile(transformSync(readFileSync(filename, "utf8"), { ...options, filename }).code, filename);
};
