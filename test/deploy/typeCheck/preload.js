const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

/** Compiles a program without checking it, and starts the check before its first file. */
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\]run/.test(process.argv[1])) {
    const { typeCheck } = require(join(__dirname, "..", "..", "..", "dist", "lib", "program", "check"));
    let isFirst = true;
    Module._extensions[".ts"] = (module, file) => {
        if (isFirst) {
            isFirst = false;
            typeCheck({ entry: file, folder: process.cwd(), isPreview: process.argv.includes("--dry-run") });
        }
        const ts = require(join(process.cwd(), "node_modules", "typescript"));
        const compilerOptions = { module: "commonjs", target: "es2022" };
        module._compile(ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions }).outputText, file);
    };
}
