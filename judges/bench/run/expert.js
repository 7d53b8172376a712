const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const ts = require("typescript");

const raw = join(__dirname, "..", "raw");

/**
 * The files of the program in `judges/bench/raw` as plain JavaScript that imports each class from its own file, which starts
 * fastest: a program by somebody who knows what a start costs.
 */
exports.expertProgram = () => {
    const copied = ["Pulumi.dev.yaml", "Pulumi.prod.yaml"].map((name) => [name, readFileSync(join(raw, name), "utf8")]);
    return {
        ...Object.fromEntries(copied),
        "Pulumi.yaml": "name: raw\nruntime: { name: nodejs, options: { typescript: false } }\n",
        "package.json": readFileSync(join(raw, "package.json"), "utf8").replace("index.ts", "index.js"),
        "index.js": narrowed(readFileSync(join(raw, "index.ts"), "utf8")),
    };
};

/** Removes the types, and replaces the import of the whole provider by those of the files of the used classes. */
function narrowed(program) {
    const imports = new Map();
    const source = program
        .replace(/^import \* as gcp from .*\n/m, "")
        .replaceAll(/\bgcp\.(?:(\w+)\.)?([A-Z]\w*)/g, (_, module = "", name) => {
            const file = fileOf(module, name);
            const alias = `${module}${name}`;
            imports.set(alias, `const ${alias} = require("@pulumi/gcp/${file}").${name};`);
            return alias;
        });
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    return outputText.replace(/^(const pulumi = .*\n)/m, (line) => `${[...imports.values()].join("\n")}\n${line}`);
}

/** The path of a class of the provider, from the index of its module; the provider itself is in no module. */
function fileOf(module, name) {
    if (module === "") {
        return "provider";
    }
    const index = readFileSync(require.resolve(`@pulumi/gcp/${module}`), "utf8");
    const found = new RegExp(String.raw`\["${name}"[^\]]*\], \(\) => require\("\./(\w+)"\)`).exec(index);
    if (!found) {
        throw new Error(`@pulumi/gcp/${module} has no class ${name}`);
    }
    return `${module}/${found[1]}`;
}
