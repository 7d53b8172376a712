import { execFileSync, spawnSync } from "node:child_process";
import {
    chmodSync,
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { lazily } from "../../../lib/program/packages/lazily";
import { withLateOutputs } from "../../../lib/program/packages/outputs";
import { patches } from "../../../lib/program/packages/patches";
import { newFolder, root } from "../local/world";
import { localPreload, preload, run as runScript, sdkPreload, write } from "./program";

/** Runs a script with the preload of local programs, or of others, at this path; returns the JSON that it prints. */
function run(
    path: string,
    script: string,
    environment: NodeJS.ProcessEnv = {},
    preloaded = localPreload,
    folder = newFolder(),
) {
    const required = `require = module.constructor.createRequire(${JSON.stringify(join(root, "x.js"))});`;
    return runScript(join(folder, path), `${required}\n${script}`, ["--require", preloaded], [], environment);
}

const program = "node_modules/@pulumi/pulumi/cmd/run/index.js";
/** The modules of these packages that are loaded with the SDK. */
const packages = `
    const loaded = () => {
        const files = Object.keys(require.cache).join(" ");
        return ["@npmcli.arborist", "@opentelemetry.sdk", "execa", "js-yaml", "typescript.js"].filter((each) => new RegExp(each).test(files));
    };
    require("@pulumi/pulumi");
    require("@pulumi/pulumi/cmd/run/tracing");
    require("@pulumi/pulumi/runtime/manifest");
    const before = loaded();`;

/** A resource with twenty properties, of which the engine returns some. */
const resource = `
    const pulumi = require("@pulumi/pulumi");
    const { inspect } = require("node:util");
    class Example extends pulumi.CustomResource {
        constructor(name, properties) {
            const unset = Object.fromEntries(Array.from({ length: 16 }, (_, n) => ["property" + n, undefined]));
            super("test:index:Example", name, { ...unset, ...properties });
        }
    }
    const mocks = {
        call: () => ({}),
        newResource: ({ name, inputs }) => {
            if (name === "refused") {
                throw new Error("a name that is refused");
            }
            return { id: name + "-id", state: { ...inputs, made: { by: ["engine"] }, secret: pulumi.secret("hidden") } };
        },
    };`;

/** What a program sees of the SDK. Its own lines begin with the third. */
const observations = `
    const { Resource } = require("@pulumi/pulumi");
    const positions = Resource.stackTrace(1).map((frame) => frame?.line);
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const noted = Promise.resolve();
    debuggablePromise(noted, "a test");
    const described = [String(noted._debugStackTrace).includes("\\n"), String(noted._debugCtx), Error.stackTraceLimit > 0];
    ${resource}
    /** How many promises a resource whose outputs are not used creates. */
    async function countPromises() {
        let count = 0;
        const hook = require("node:async_hooks").createHook({ init: (_, type) => { count += type === "PROMISE"; } });
        await pulumi.runtime.setMocks(mocks);
        hook.enable();
        new Example("one", {});
        await new Promise((resolve) => setTimeout(resolve, 50));
        hook.disable();
        return count;
    }
    async function sendMessages() {
        const sent = [];
        const settings = require("@pulumi/pulumi/runtime/settings");
        settings.getEngine = () => ({
            log: (request, done) => { sent.push(request.getMessage()); done(); },
        });
        await pulumi.log.debug("detail").then(() => pulumi.log.info("result"));
        return sent;
    }
    /** The texts of all functions, by their hashes, of the SDK, in classes and prototypes as well. */
    function functions() {
        require("@pulumi/pulumi/cmd/run/tracing");
        require("@pulumi/pulumi/runtime/closure/v8");
        const hash = (each) => require("node:crypto").createHash("sha256").update(String(each)).digest("base64");
        const texts = {};
        for (const [file, { exports }] of Object.entries(require.cache)) {
            const [, path] = /\\/@pulumi\\/pulumi\\/((?!.*node_modules|proto|automation).+)\\.js$/.exec(file) ?? [];
            for (const [name, value] of path ? Object.entries(exports) : []) {
                for (const [of, owner] of typeof value === "function" ? [["", value], [".prototype", value.prototype ?? {}]] : []) {
                    const methods = Object.values(Object.getOwnPropertyDescriptors(owner)).map(({ value, get }) => value ?? get);
                    texts[path + ":" + name + of] = [owner, ...methods].filter((each) => typeof each === "function").map(hash);
                }
            }
        }
        return texts;
    }
    async function main() {
        const texts = functions();
        const result = { positions, described, texts, promises: await countPromises(), sent: await sendMessages() };
        const text = JSON.stringify({ ...result, load: String(module.constructor._load) });
        process.stdout.write(text, () => process.exit(0));
    }
    main();`;

interface Observed {
    /** The lines of the stack of a resource. */
    positions: (number | null)[];
    /** Whether a promise has a stack trace, its description, and whether errors have stack traces. */
    described: [boolean, string, boolean];
    texts: Record<string, string[]>;
    promises: number;
    /** The messages that the engine got. */
    sent: string[];
    load: string;
}

const seen = new Map<string, Observed>();

/** What a program at this path sees, in one process for all tests. */
function observed(path: string, preloaded = localPreload, environment: NodeJS.ProcessEnv = {}, first = ""): Observed {
    const key = JSON.stringify([path, preloaded, environment, first]);
    const found = seen.get(key) ?? run(path, first + observations, environment, preloaded);
    seen.set(key, found);
    return found;
}

test("programs run with the SDK and the loader of modules as they are, unless they ask for the patches", () => {
    const original = observed("other/index.js");
    expect(Object.keys(original.texts).length).toBeGreaterThan(200);
    const { texts: unpatched, load } = observed(program, preload);
    expect({ texts: unpatched, load }).toEqual({ texts: original.texts, load: original.load });
    const { texts } = observed(program, sdkPreload);
    const changed = Object.keys(texts).filter((name) => String(texts[name]) !== String(original.texts[name]));
    expect([...new Set(changed.map((name) => name.replace(/^.*:|\.prototype$/g, "")))].sort()).toEqual([
        "Resource",
        "debuggablePromise",
        "getScriptUrl",
        "getSessionAsync",
        "isInitializedAsync",
        "transferProperties",
    ]);
});

/** A copy of the SDK, whose files can be edited. */
function copyOfSdk(): string {
    const copy = join(newFolder(), "node_modules", "@pulumi", "pulumi");
    const isOfSdk = (file: string) => !file.slice(root.length).includes("pulumi/node_modules");
    cpSync(join(root, "node_modules", "@pulumi", "pulumi"), copy, { recursive: true, filter: isOfSdk });
    return copy;
}

/** Runs a script in a program with a copy of the SDK; returns what it prints. */
function runWith(copy: string, script: string, node: string[]) {
    const main = join(copy, "cmd", "run", "program.js");
    writeFileSync(main, script);
    const { stdout, stderr } = spawnSync(process.execPath, [...node, main], {
        // For the other packages that the SDK needs.
        env: { ...process.env, NODE_PATH: join(root, "node_modules"), PULUMI_NODEJS_TYPESCRIPT: undefined },
        encoding: "utf8",
    });
    return { printed: JSON.parse(stdout), said: stderr };
}

test("functions of another SDK with a different text are not touched, which is printed once", () => {
    const script = `
        require("@pulumi/pulumi");
        const { transferProperties } = require("@pulumi/pulumi/runtime/rpc");
        const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
        const isLoaded = (name) => Object.keys(require.cache).some((file) => file.includes(name));
        const patched = [transferProperties, debuggablePromise].map((each) => !/^function /.test(each));
        console.log(JSON.stringify([...patched, isLoaded("@npmcli/arborist"), isLoaded("automation/index.js")]));`;
    const copy = copyOfSdk();
    const patches = ["--require", sdkPreload];
    expect(runWith(copy, script, patches)).toEqual({ printed: [true, true, false, false], said: "" });
    const edit = (name: string, from: string, to: string) => {
        const file = join(copy, name);
        writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
    };
    edit("runtime/rpc.js", "const resolvers = {};", "const resolvers = Object.create(null);");
    edit("runtime/closure/codePaths.js", "async function", "async  function");
    // Other functions of a file do not matter.
    edit("runtime/debuggable.js", "CONTEXT(", "Context(");
    const edited = runWith(copy, script, patches);
    expect(edited.printed).toEqual([false, true, true, false]);
    expect(edited.said.trim().split("\n")).toEqual([
        expect.stringMatching(
            /^slipway\/program\/sdk: not patched in @pulumi\/pulumi 3\.\d+\.\d+, .*: runtime\/closure\/codePaths\.js, runtime\/rpc\.transferProperties$/,
        ),
    ]);
});

test.each([
    [["index.js"], "index.js"],
    [["runtime/rpc.js", "index.js", "runtime/rpc.js"], "index.js, runtime/rpc.js"],
])("of an SDK in which %j are not known, the program prints it in one line", (parts, listed) => {
    const main = join(newFolder(), "index.js");
    const said = `require(${JSON.stringify(join(dirname(sdkPreload), "skipped.js"))}).sayOnce`;
    write(dirname(main), {
        "index.js": `${JSON.stringify(parts)}.forEach(${said});`,
        "node_modules/@pulumi/pulumi/package.json": '{ "version": "3.1.2" }',
    });
    const { stdout, stderr } = spawnSync(process.execPath, [main, "--monitor", "x"], { encoding: "utf8" });
    expect([stdout, stderr]).toEqual([
        "",
        `slipway/program/sdk: not patched in @pulumi/pulumi 3.1.2, whose code differs from the known versions: ${listed}\n`,
    ]);
});

test.each(patches)("the patch of $module is only applied if all functions that it replaces are known", (patch) => {
    const original = {
        debuggablePromise: () => undefined,
        transferProperties: () => ({}),
        isInitializedAsync: () => undefined,
        getSessionAsync: () => undefined,
        getScriptUrl: () => undefined,
        "Resource.stackTrace": () => [],
    };
    const { "Resource.stackTrace": stackTrace, ...functions } = original;
    const exports = { ...functions, Resource: { stackTrace } };
    patch.apply(exports as never);
    const patched = { ...exports, "Resource.stackTrace": exports.Resource.stackTrace };
    const names = Object.keys(original) as (keyof typeof original)[];
    expect([...patch.functions].sort()).toEqual(names.filter((name) => patched[name] !== original[name]).sort());
});

test("the SDK is only patched once, also by a program that loads the patches again", () => {
    const loads = run(
        program,
        `const Module = require("node:module");
        const { patchSdk } = module.constructor.createRequire(${JSON.stringify(sdkPreload)})("../packages/index.js");
        const before = Module._load;
        patchSdk([]);
        console.log(Module._load === before);`,
        {},
        sdkPreload,
    );
    expect(loads).toBe(true);
});

test("the changes that are offered to Pulumi apply to the SDK, which then loads less, and serializes the same functions", () => {
    const script = `
        const { runtime, automation } = require("@pulumi/pulumi");
        require("@pulumi/pulumi/cmd/run/tracing");
        const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
        const noted = Promise.resolve();
        debuggablePromise(noted, "a test");
        const isLoaded = (name) => Object.keys(require.cache).some((file) => file.includes(name));
        const loaded = ["@npmcli/arborist", "@opentelemetry/sdk"].map(isLoaded);
        const { parse } = require("semver");
        const twice = (value) => value * 2;
        runtime.serializeFunction((version) => twice(parse(version).major)).then(({ text }) => {
            console.log(JSON.stringify({ loaded, stack: typeof noted._debugStackTrace, text, automation: typeof automation.Stack }));
        });`;
    const copy = copyOfSdk();
    const { printed: original } = runWith(copy, script, []);
    expect(original).toMatchObject({ loaded: [true, true], stack: "string", automation: "function" });
    expect(original.text).toContain("semver");
    execFileSync("git", ["apply", join(root, "docs", "program-start.diff")], { cwd: copy });
    const { printed: changed } = runWith(copy, script, []);
    expect(changed).toEqual({ ...original, loaded: [false, false], stack: "undefined" });
});

const debugging = { PULUMI_DEBUG_PROMISE_LEAKS: "true", SLIPWAY_LOCAL_DEBUG: "true" };

test("programs that ask for it record no descriptions and stack traces of promises, unless leaks are debugged; other processes are not affected", () => {
    expect(observed(program).described).toEqual([false, "undefined", true]);
    expect(observed(program, sdkPreload).described).toEqual([false, "undefined", true]);
    expect(observed(program, preload).described).toEqual([true, "a test", true]);
    expect(observed(program, localPreload, debugging).described).toEqual([true, "a test", true]);
    expect(observed("other/index.js").described).toEqual([true, "a test", true]);
});

test.each([
    "",
    // As the language host does: it loads the messages first, which loads modules that have them as well.
    'require("@pulumi/pulumi/cmd/run/tracing");',
])(
    "local programs send no debug messages, unless the command shows them; other processes are not affected %s",
    (first) => {
        const sent = (path: string, preloaded = localPreload, environment = {}) =>
            observed(path, preloaded, environment, first).sent;
        expect(sent(program)).toEqual(["result"]);
        expect(sent(program, localPreload, debugging)).toEqual(["detail", "result"]);
        expect(sent("other/index.js")).toEqual(["detail", "result"]);
        expect(sent(program, sdkPreload)).toEqual(["detail", "result"]);
    },
);

test("rarely used modules are loaded on first use", () => {
    const used = `
        process.chdir(__dirname);
        require("node:fs").writeFileSync("package.json", '{ "name": "bare", "version": "1.0.0" }');
        const { automation } = require("@pulumi/pulumi");
        const { computeCodePaths } = require("@pulumi/pulumi/runtime/closure/codePaths");
        const { parseFunction } = require("@pulumi/pulumi/runtime/closure/parseFunction");
        const [error] = parseFunction("() => { return 1 }");
        const uses = [typeof automation.LocalWorkspace, Object.keys(automation).includes("Stack"), "Stack" in automation, error];
        computeCodePaths().then((paths) => console.log(JSON.stringify([before, loaded(), paths.size, ...uses])));`;
    const afterUse = ["@npmcli.arborist", "execa", "js-yaml", "typescript.js"];
    for (const preloaded of [localPreload, sdkPreload]) {
        expect(run(program, packages + used, {}, preloaded)).toEqual([[], afterUse, 0, "function", true, true, ""]);
    }
    const all = ["@npmcli.arborist", "@opentelemetry.sdk", "execa", "js-yaml", "typescript.js"];
    expect(run("other/index.js", `${packages} console.log(JSON.stringify(before));`)).toEqual(all);
    expect(run("other/index.js", `${packages} console.log(JSON.stringify(before));`, {}, sdkPreload)).toEqual(all);
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

test("functions are serialized in the same way with a late debugger, and resources of local programs have no position", () => {
    const serialized = `
        const { Resource, runtime } = require("@pulumi/pulumi");
        const { parse } = require("semver");
        const factor = { of: [2, 3] };
        const twice = (value) => value * factor.of[0];
        require("@pulumi/pulumi/runtime/closure/v8Hooks").isInitializedAsync()
            .then(() => runtime.serializeFunction((version) => twice(parse(version).major)))
            .then(({ text }) => console.log(JSON.stringify([Resource.stackTrace(0).length > 0, text])));`;
    const [, text] = run("other/index.js", serialized);
    expect(text).toContain("semver");
    expect(run(program, serialized)).toEqual([false, text]);
    expect(run(program, serialized, {}, sdkPreload)).toEqual([true, text]);
});

test("outputs of resources that are created late have the same values, resources, secrets, text and errors", () => {
    const outcome = `
        ${resource}
        const of = async (output) => [
            await output.promise(), await output.isKnown, await output.isSecret, Object.keys(output).length,
            (await output.allResources()).size, output instanceof pulumi.Output, pulumi.Output.isInstance(output),
            "apply" in output, inspect(output).split("\\n")[0], Object.getPrototypeOf(output) === pulumi.Output.prototype,
        ];
        const next = () => new Promise((resolve) => setTimeout(resolve, 50));
        const errors = [];
        process.on("unhandledRejection", ({ message }) => errors.push(message));
        async function main() {
            await pulumi.runtime.setMocks(mocks);
            const one = new Example("one", { given: pulumi.output("input"), list: [{ a: 1 }], urn: "skipped", made: undefined, secret: 1 });
            const { given } = one;
            const before = [of(given), of(one.list[0].a), of(pulumi.interpolate\`\${given} and \${one.id}\`)];
            one.property1 = "replaced by a component";
            await next();
            const after = [one.made.by[0], one.secret, one.property2, given, new Example("two", { given }).given].map(of);
            const refused = new Example("refused", { given });
            const unused = await next().then(() => refused.given.promise().then(String, ({ message }) => message));
            const names = [Object.keys(one).sort(), one.given === given, one.property1, { ...one }.given === given, [...new Set(errors)]];
            const functions = await pulumi.runtime.serializeFunction(() => [given.get(), one.made.get()]);
            let twice = "";
            try {
                require("@pulumi/pulumi/runtime/rpc").transferProperties(one, "one", { given: 1 });
            } catch ({ message }) {
                twice = message;
            }
            const results = [await Promise.all(before), await Promise.all(after), unused, names, functions.text, twice];
            console.log(JSON.stringify(results));
            process.exit(0);
        }
        main();`;
    const results = run("other/index.js", outcome);
    expect(JSON.stringify(results)).toMatch(
        /"input and one-id".*"engine".*"hidden".*a name that is refused.*is already initialized/,
    );
    expect(run(program, outcome, {}, sdkPreload)).toEqual(results);
});

test("an output that is created late is the output for all that reads or changes it", () => {
    class Output {
        readonly results: unknown[] = [];
        readonly value: unknown;
        constructor(value: unknown) {
            this.value = value;
            Object.defineProperty(this, "fixed", { value: "fixed" });
        }
    }
    const transferred = jest.fn((resource: object, _label: string, properties: object) => {
        const outputs = Object.entries(properties).map(([name, value]) => [name, new Output(value)] as const);
        Object.assign(resource, Object.fromEntries(outputs));
        return Object.fromEntries(
            outputs.map(([name, { results }]) => [name, (...result: unknown[]) => results.push(result)]),
        );
    });
    const rpc = { transferProperties: transferred };
    withLateOutputs(rpc as never);
    const resource: Record<string, Output> = { own: new Output("before") };
    const { late, ...resolvers } = rpc.transferProperties(resource, "one", { id: "a", urn: "b", own: "c", late: "d" });
    const names = (calls: unknown[][]) => calls.map(([, label, properties]) => [label, properties]);
    const immediately = [
        ["one", { id: "a" }],
        ["one", { urn: "b" }],
        ["one", { own: "c" }],
    ];
    expect(Object.keys(resolvers)).toEqual(["id", "urn", "own"]);
    const output = resource.late as Output & { fixed: string; other?: string };
    expect([Reflect.get(output, "__pulumiOutput"), names(transferred.mock.calls)]).toEqual([true, immediately]);
    late?.("first", "result");
    expect(names(transferred.mock.calls)).toEqual(immediately);
    expect(output.results).toEqual([["first", "result"]]);
    expect(names(transferred.mock.calls)).toEqual([...immediately, ["one", { late: "d" }]]);
    late?.("second");
    expect(output.results).toEqual([["first", "result"], ["second"]]);
    expect([output.value, output.fixed, output instanceof Output, resource.late === output]).toEqual([
        "d",
        "fixed",
        true,
        true,
    ]);
    output.other = "added";
    expect([output.other, "other" in output, "missing" in output]).toEqual(["added", true, false]);
    expect(Object.getOwnPropertyNames(output)).toEqual(["results", "value", "fixed", "other"]);
    expect(Object.keys(output)).toEqual(["results", "value", "other"]);
    expect(Object.getOwnPropertyDescriptor(output, "fixed")).toMatchObject({ value: "fixed", enumerable: false });
    expect(Object.getOwnPropertyDescriptor(output, "missing")).toBeUndefined();
});

test("a resource whose outputs are not used creates few promises", () => {
    expect(observed("other/index.js").promises).toBeGreaterThan(600);
    expect(observed(program, sdkPreload).promises).toBeLessThan(300);
});

test("stack traces in the state do not contain what loads the program", () => {
    const { positions } = observed("other/index.js");
    expect(positions).toContain(4);
    expect(observed(program, sdkPreload).positions).toEqual(positions);
});

const codeIn = (folder: string) => join(folder, "cache", "code");

/** The files of the cache of {@link cachedIn}, with the times at which they were written. */
const writtenIn = (folder: string) =>
    readdirSync(codeIn(folder), { recursive: true, encoding: "utf8" })
        .map((name) => join(codeIn(folder), name))
        .filter((file) => statSync(file).isFile())
        .map((file) => [file, statSync(file).mtimeMs] as const);

/** Runs a script as the same program each time, with its code in a cache. */
const cachedIn = (folder: string, script: string, environment: NodeJS.ProcessEnv = {}, path = program) =>
    run(path, script, { SLIPWAY_LOCAL_CODE: codeIn(folder), ...environment }, localPreload, join(folder, "program"));

test("the compiled TypeScript compiler is cached, and works the second time", () => {
    const folder = newFolder();
    const compiled = `
        const ts = require("typescript");
        const text = ts.transpile("const one: number = 1;", { target: "ES2022" });
        console.log(JSON.stringify([text.trim(), ts.sys.fileExists(__filename)]));`;
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
    const kept = writtenIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
    expect(writtenIn(folder)).toEqual(kept);
    // Other content of the file is not executed.
    for (const [file] of kept) {
        writeFileSync(file, "nothing that V8 takes");
    }
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
    // Nor is a file of which the system did not write everything.
    for (const [file] of kept) {
        const content = readFileSync(file);
        writeFileSync(file, content.fill(0, content.length / 2));
    }
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
});

test("cached code of packages runs like code that Node compiles", () => {
    const folder = newFolder();
    const packages = newFolder();
    const at = (name: string) => join(packages, "node_modules", "sample", name);
    mkdirSync(at("lib"), { recursive: true });
    const write = (files: Record<string, string>) => {
        for (const [name, text] of Object.entries(files)) {
            writeFileSync(at(name), text);
        }
    };
    write({
        "package.json": '{ "name": "sample", "version": "1.0.0", "imports": { "#part": "./lib/part.js" } }',
        "index.js": `exports.place = new Error().stack.split("\\n")[1].trim();
            exports.part = require("#part").name;
            exports.main = [require.main === module, require.main === process.mainModule];
            exports.loaded = require.cache[__filename] === module && module.children.map((child) => child.filename);
            exports.parent = module.parent?.filename;
            exports.resolved = [require.resolve("./lib/part"), require.resolve("./lib/link"), require.resolve.paths("sample")[0], __dirname];
            exports.extensions = Object.keys(require.extensions);
            exports.self = this === exports;
            exports.strict = (function () { return this === undefined; })();
            exports.hashbang = require("./lib/hashbang.js");
            try { require("./lib/missing"); } catch ({ code, requireStack }) { exports.missing = [code, requireStack]; }
            try { require("./lib/module"); } catch ({ code }) { exports.module = code; }
            try { require("./lib/wrong.js"); } catch ({ name, message }) { exports.wrong = [name, message]; }
            exports.imported = require("./lib/imported.js");`,
        // Modules that import others are compiled by Node.
        "lib/imported.js": 'module.exports = () => import("./module/index.js").then(({ value }) => value);',
        "lib/part.js": '"use strict"; exports.name = (function () { return this === undefined; })();',
        "lib/hashbang.js": "#!/usr/bin/env node\nmodule.exports = 1;",
        "lib/wrong.js": "const = 1;",
    });
    mkdirSync(at("lib/module"));
    symlinkSync(at("lib/part.js"), at("lib/link.js"));
    write({ "lib/module/package.json": '{ "type": "module" }', "lib/module/index.js": "export const value = 2;" });
    // Node compiles the program itself, and can stop at its first line for a debugger.
    const script = `
        const program = String(arguments.callee);
        const sample = require(${JSON.stringify(at("index.js"))});
        sample.imported().then((imported) => console.log(JSON.stringify({ ...sample, imported, program })));`;
    const links = { NODE_OPTIONS: "--preserve-symlinks" };
    const expected = run("other/index.js", script, links);
    const place = expect.stringMatching(/sample.index\.js:1:\d+\)$/);
    expect(expected).toMatchObject({ place, main: [false, true], part: true, hashbang: 1, imported: 2 });
    expect(expected.resolved).toContain(at("lib/link.js"));
    const cached = () => cachedIn(folder, script, links);
    expect(cached()).toEqual(expected);
    const kept = writtenIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    expect(cached()).toEqual(expected);
    expect(writtenIn(folder)).toEqual(kept);
    // The same size, and the time that npm gives to all files.
    const part = readFileSync(at("lib/part.js"), "utf8");
    utimesSync(at("lib/part.js"), 1, 1);
    expect(cached().part).toBe(true);
    write({ "lib/part.js": part.replace('"use strict"', '"use_strict"') });
    utimesSync(at("lib/part.js"), 1, 1);
    expect(cached()).toEqual({ ...expected, part: false });
});

test("code is cached of modules that are loaded before and after V8's options change", () => {
    const folder = newFolder();
    const script = `
        const { join } = require("node:path");
        const { writeFileSync } = require("node:fs");
        // Newer versions of Node use a cache of their own.
        const vm = require("node:vm");
        let fromCache = 0;
        vm.Script = class extends vm.Script {
            runInThisContext(...options) {
                fromCache += this.cachedDataRejected === false;
                return super.runInThisContext(...options);
            }
        };
        const write = (name, text) => writeFileSync(join(${JSON.stringify(folder)}, name), text);
        write("before.js", "exports.value = 1;");
        write("options.js", 'require("node:v8").setFlagsFromString("--allow-natives-syntax");');
        write("after.js", "exports.value = 2;");
        const values = ["before", "options", "after"].map((name) => require(join(${JSON.stringify(folder)}, name)).value);
        const isFromCache = "enableCompileCache" in module.constructor || fromCache === 2;
        console.log(JSON.stringify({ values, isFromCache, isSavedOnce: process.listenerCount("exit") < 2 }));`;
    const expected = { values: [1, null, 2], isFromCache: true, isSavedOnce: true };
    expect(cachedIn(folder, script)).toMatchObject({ values: expected.values, isSavedOnce: true });
    const kept = writtenIn(folder);
    expect(cachedIn(folder, script)).toEqual(expected);
    expect(writtenIn(folder)).toEqual(kept);
});

test("code is cached in one folder that only this user can read, and in no folder that others can write", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "part.js"), "exports.value = 1;");
    const load = `console.log(JSON.stringify(require(${JSON.stringify(join(folder, "part.js"))}).value));`;
    const other = join(folder, "other");
    const again = `
        const { cacheCode } = module.constructor.createRequire(${JSON.stringify(sdkPreload)})("../packages/index.js");
        cacheCode(${JSON.stringify(other)});
        ${load}`;
    expect(cachedIn(folder, again)).toBe(1);
    expect(existsSync(other)).toBe(false);
    expect(statSync(codeIn(folder)).mode & 0o777).toBe(0o700);
    const kept = writtenIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    // A process of another kind has files of its own.
    const provider = "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js";
    expect(cachedIn(folder, `require("semver"); ${load}`, {}, provider)).toBe(1);
    expect(writtenIn(folder)).toEqual(expect.arrayContaining(kept));
    const open = newFolder();
    mkdirSync(codeIn(open), { recursive: true });
    chmodSync(codeIn(open), 0o777);
    expect(cachedIn(open, load)).toBe(1);
    expect(writtenIn(open)).toEqual([]);
});

test("other compilers of modules get the source", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "source.ts"), "export const value = 1;");
    const script = `
        const load = require.extensions[".js"];
        require.extensions[".ts"] = (module, file) => {
            const compile = module._compile;
            module._compile = (code, path) => compile.call(module, code.replace("export const ", "exports."), path);
            load(module, file);
        };
        console.log(JSON.stringify(require(${JSON.stringify(join(folder, "source.ts"))}).value));`;
    expect(cachedIn(folder, script)).toBe(1);
});
