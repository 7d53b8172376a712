const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { transformSync } = require("@swc/core");

// Loads the project's TypeScript without compiling it first, as the tests do.

const root = join(__dirname, "..", "..");
const packages = { slipway: join(root, "lib", "index.ts"), "slipway-local": join(root, "local", "index.ts") };

Module._extensions[".ts"] = (module, file) => {
    const { code } = transformSync(readFileSync(file, "utf8"), {
        filename: file,
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
        sourceMaps: "inline",
    });
    module._compile(code, file);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
    resolve(packages[request] ?? request.replace(/^slipway\//, `${join(root, "lib")}/`), ...rest);
