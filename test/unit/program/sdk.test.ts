import { lazily } from "../../../local/commands/engine/deferred";
import { localPreload, preload, programPath, runAt } from "./program";

/** The texts of all functions of the SDK, and of those of Node's loader that it uses. */
const functions = `
    require("@pulumi/pulumi");
    require("@pulumi/pulumi/cmd/run/tracing");
    require("@pulumi/pulumi/runtime/closure/v8");
    const texts = { load: String(module.constructor._load) };
    for (const [file, { exports }] of Object.entries(require.cache)) {
        const [, path] = /\\/@pulumi\\/pulumi\\/((?!.*node_modules|proto|automation).+)\\.js$/.exec(file) ?? [];
        for (const [name, value] of path ? Object.entries(exports) : []) {
            for (const owner of typeof value === "function" ? [value, value.prototype ?? {}] : []) {
                const methods = Object.values(Object.getOwnPropertyDescriptors(owner)).map(({ value, get }) => value ?? get);
                const all = [owner, ...methods].filter((each) => typeof each === "function");
                texts[path + ":" + name] = [texts[path + ":" + name], ...all].map(String).join();
            }
        }
    }
    const hash = (text) => require("node:crypto").createHash("sha256").update(text).digest("hex");
    console.log(JSON.stringify(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hash(text)]))));`;

test("programs run with the SDK and the loader of modules as they are; only local ones send no debug messages", () => {
    const original: Record<string, string> = runAt("other/index.js", functions);
    expect(Object.keys(original).length).toBeGreaterThan(200);
    expect(runAt(programPath, functions, {}, preload)).toEqual(original);
    expect(runAt("other/index.js", functions, {}, localPreload)).toEqual(original);
    const local: Record<string, string> = runAt(programPath, functions, {}, localPreload);
    const changed = Object.keys(local).filter((name) => local[name] !== original[name]);
    expect(changed).toEqual(["load", "log/index:debug"]);
});

const messages = `
    require("@pulumi/pulumi/cmd/run/tracing");
    const pulumi = require("@pulumi/pulumi");
    const sent = [];
    require("@pulumi/pulumi/runtime/settings").getEngine = () => ({
        log: (request, done) => { sent.push(request.getMessage()); done(); },
    });
    pulumi.log.debug("detail").then(() => pulumi.log.info("result")).then(() => {
        process.stdout.write(JSON.stringify(sent), () => process.exit(0));
    });`;

test("local programs send debug messages if the command shows them", () => {
    expect(runAt(programPath, messages)).toEqual(["result"]);
    expect(runAt(programPath, messages, { SLIPWAY_LOCAL_DEBUG: "true" })).toEqual(["detail", "result"]);
});

const rare = ["@npmcli.arborist", "@opentelemetry.sdk", "execa", "js-yaml", "typescript.js"];

/** Which of the rarely used modules are loaded with the SDK, and after their use. */
const uses = `
    process.chdir(__dirname);
    require("node:fs").writeFileSync("package.json", '{ "name": "bare", "version": "1.0.0" }');
    const loaded = () => {
        const files = Object.keys(require.cache).join(" ");
        return ${JSON.stringify(rare)}.filter((each) => new RegExp(each).test(files));
    };
    const { automation, runtime } = require("@pulumi/pulumi");
    require("@pulumi/pulumi/cmd/run/tracing");
    require("@pulumi/pulumi/runtime/manifest");
    const before = loaded();
    const { parseFunction } = require("@pulumi/pulumi/runtime/closure/parseFunction");
    const [error] = parseFunction("() => { return 1 }");
    const names = [typeof automation.LocalWorkspace, Object.keys(automation).includes("Stack"), "Stack" in automation, error];
    const { parse } = require("semver");
    const twice = (value) => value * 2;
    runtime.computeCodePaths().then((paths) => runtime.serializeFunction((version) => twice(parse(version).major)).then(({ text }) => {
        console.log(JSON.stringify({ before, after: loaded(), names, paths: paths.size, text }));
    }));`;

test("local programs load rarely used modules on first use, which then work the same", () => {
    const { before, after, ...original } = runAt("other/index.js", uses, {}, preload);
    expect([before, after]).toEqual([rare, rare]);
    expect(original).toMatchObject({ names: ["function", true, true, ""], text: expect.stringContaining("semver") });
    const late = ["@npmcli.arborist", "execa", "js-yaml", "typescript.js"];
    expect(runAt(programPath, uses)).toEqual({ ...original, before: [], after: late });
});

test.each([
    ["TypeScript", Object.defineProperty({ default: "main", named: 1 }, "__esModule", { value: true }), "main"],
    ["JavaScript", { default: "main", named: 1 }, undefined],
])("a module in %s that is loaded on first use has what the module has", (_, module, main) => {
    const load = jest.fn(() => module);
    const late = lazily(load);
    expect([Reflect.get(late, "__esModule"), load.mock.calls.length]).toEqual([true, 0]);
    expect(Reflect.get(late, "default")).toBe(main ?? module);
    expect(Reflect.get(late, "named")).toBe(1);
    expect(["named" in late, "other" in late]).toEqual([true, false]);
    expect(Object.getOwnPropertyNames(late)).toEqual(Object.getOwnPropertyNames(module));
    expect({ ...late, default: undefined }).toEqual({ default: undefined, named: 1 });
    for (const name of [...Object.getOwnPropertyNames(module), "other"]) {
        const own = Object.getOwnPropertyDescriptor(module, name);
        expect(Object.getOwnPropertyDescriptor(late, name)).toEqual(own && { ...own, configurable: true });
    }
    expect(load).toHaveBeenCalledTimes(1);
});
