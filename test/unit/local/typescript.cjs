/** Lets a plain Node process load the TypeScript of this package. */
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");

const jsc = { parser: { syntax: "typescript" }, target: "es2022" };
require.extensions[".ts"] = (module, file) => {
    const { code } = transformSync(readFileSync(file, "utf8"), { filename: file, jsc, module: { type: "commonjs" } });
    module._compile(code, file);
};
