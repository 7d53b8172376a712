const { readFileSync, rmSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const { setTimeout } = require("node:timers/promises");
const { compileFunction } = require("node:vm");

const { createRequire } = Module;

/**
 * A language host for Pulumi that runs programs in its own process. Each run reloads the program and slipway, but not
 * Pulumi's SDK and its provider packages. This takes a third of the time of a new process. Otherwise it works like
 * `@pulumi/pulumi/cmd/run`. All programs have the same packages and compiler settings. Usage: `node programHost.js
 * <folder of the first program> <preload of local deployments> <folder to remove at the end>`
 */
let [, , folder, preload, temporary] = process.argv;
// Before anything is loaded, which takes longer than the process that started it can have left.
process.on("disconnect", () => {
    rmSync(temporary, { recursive: true, force: true });
    process.exit();
});
process.chdir(folder);
const require_ = createRequire(join(folder, "package.json"));
// The preload checks the process to decide what to change.
process.argv[1] = require_.resolve("@pulumi/pulumi/cmd/run/index.js");
require(preload);
// Pulumi's own host has it before the compiler's, which replaces it; the module of dynamic resources would replace that.
createRequire(process.argv[1])("source-map-support/register");

const grpc = require_("@grpc/grpc-js");
const { ResourceError, RunError, log, runtime } = require_("@pulumi/pulumi");
const { defaultErrorMessage } = require_("@pulumi/pulumi/cmd/run/error");
const language = require_("@pulumi/pulumi/proto/language_grpc_pb");
const { GetRequiredPluginsResponse, RunResponse } = require_("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require_("@pulumi/pulumi/proto/plugin_pb");
const { isGrpcError } = require_("@pulumi/pulumi/errors");
const { grpcClientOptions } = require_("@pulumi/pulumi/runtime/settings");
const { getStore, withLocalStorage } = require_("@pulumi/pulumi/runtime/state");

// The SDK records a stack trace for each promise, mapped to the sources, which takes two thirds of the time of this process. Only the search for
// promises that never resolve shows them.
require_("@pulumi/pulumi/runtime/debuggable").debuggablePromise = (promise) => promise;

// Clients otherwise share connections by address, and an engine can have the address of an earlier one, where they are broken.
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

let isRegistered = false;

/**
 * Compiles TypeScript without type checks, like local deployments in tests, with the compiler that Pulumi would use.
 */
function compileTypeScript() {
    if (isRegistered) {
        return;
    }
    isRegistered = true;
    const { tsnodeRequire, typescriptRequire } = require_("@pulumi/pulumi/tsutils").typeScriptRequireStrings();
    require_(tsnodeRequire).register({
        compiler: typescriptRequire,
        transpileOnly: true,
        compilerOptions: { target: "ES2020", module: "commonjs", moduleResolution: "node", sourceMap: true },
    });
}

const isReloaded = (file) => !file.includes(`${sep}node_modules${sep}`) && file !== __filename && file !== preload;

/** Makes the next `require` reload the program and slipway. */
function forget() {
    for (const file of Object.keys(require.cache).filter(isReloaded)) {
        delete require.cache[file];
    }
}

/** Compiles the code of slipway, which is reloaded, only once. */
function keepCompiled() {
    const functions = new Map();
    const load = Module._extensions[".js"];
    Module._extensions[".js"] = (module, file) => {
        if (!isReloaded(file) || file.startsWith(folder)) {
            load(module, file);
            return;
        }
        const content = readFileSync(file, "utf8");
        const known = functions.get(file);
        const parameters = ["exports", "require", "module", "__filename", "__dirname"];
        const run = known?.content === content ? known.run : compileFunction(content, parameters, { filename: file });
        functions.set(file, { content, run });
        run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
    };
}

keepCompiled();

const { loadSources } = require("../../dist/lib/program/sources");

/** Prepares the process for a program as its `Pulumi.yaml` says. */
function prepare() {
    const project = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
    if (project.includes("slipway/program")) {
        loadSources(folder, join(folder, "index.ts"));
    } else if (!project.includes("typescript: false")) {
        compileTypeScript();
    }
}

async function load() {
    forget();
    const program = require_(folder);
    return typeof program === "function" ? program() : program;
}

/** Reports an error to the engine like Pulumi's own host. */
async function report(error) {
    if (RunError.isInstance(error)) {
        await log.error(error.message);
    } else if (ResourceError.isInstance(error)) {
        await log.error(error.hideStack ? error.message : defaultErrorMessage(error), error.resource);
    } else if (!isGrpcError(error)) {
        await log.error(
            `Running program '${folder}' failed with an unhandled exception:\n${defaultErrorMessage(error)}`,
        );
    }
}

/** Counts pending calls to the engine: a separate process would exit when there are none. */
function countCalls(monitor) {
    let calls = 0;
    for (const name of ["call", "invoke", "readResource", "registerResource", "registerResourceOutputs"]) {
        const call = monitor[name].bind(monitor);
        monitor[name] = (request, done) => {
            calls++;
            return call(request, (...answer) => {
                calls--;
                done(...answer);
            });
        };
    }
    return () => calls === 0;
}

function run({ request }, done) {
    withLocalStorage(async () => {
        const failures = new Map();
        const store = getStore();
        let end;
        const ended = new Promise((resolve) => {
            end = resolve;
        });
        const failed = (error) => {
            if (!failures.has(error)) {
                failures.set(error, global.asyncLocalStorage.run(store, report, error));
            }
            end();
        };
        const { resetOptions, setAllConfig, runInPulumiStack, disconnect, disconnectSync } = runtime;
        resetOptions(
            request.getProject(),
            request.getStack(),
            request.getParallel(),
            request.getArgsList()[0] ?? "",
            request.getMonitorAddress(),
            request.getDryrun(),
            request.getOrganization(),
        );
        setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
        const isIdle = countCalls(runtime.getMonitor());
        process.on("uncaughtException", failed).on("unhandledRejection", failed);
        // A rejected program can leave outputs that are never resolved, and calls that wait for them.
        const success = runInPulumiStack(load).then(() => disconnect(true));
        try {
            await Promise.race([success, ended]);
        } catch (error) {
            failed(error);
        }
        if (failures.size > 0) {
            for (let quiet = 0; quiet < 5; quiet = isIdle() ? quiet + 1 : 0) {
                await setTimeout(20);
            }
            await Promise.all(failures.values());
            disconnectSync();
            process.send("failed");
        }
        process.off("uncaughtException", failed).off("unhandledRejection", failed);
        const response = new RunResponse();
        response.setBail(failures.size > 0 || log.hasErrors());
        done(undefined, response);
    });
}

const server = new grpc.Server(runtime.grpcChannelOptions);
server.addService(language.LanguageRuntimeService, {
    getRequiredPlugins: (_, done) => done(undefined, new GetRequiredPluginsResponse()),
    getPluginInfo: (_, done) => {
        const info = new PluginInfo();
        info.setVersion("1.0.0");
        done(undefined, info);
    },
    run,
});
let servingDynamicResources;

/**
 * Serves the dynamic resources of a command from this process instead of two others, and returns the port for the engine.
 * Reloads the module, because it caches modules of slipway, which cache credentials.
 */
function serveDynamicResources() {
    forget();
    servingDynamicResources?.tryShutdown(() => undefined);
    const { log: print } = console;
    const { bindAsync } = grpc.Server.prototype;
    const events = ["exit", "uncaughtException", "unhandledRejection"];
    const before = new Map(events.map((event) => [event, process.listeners(event)]));
    const module = require_.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
    return new Promise((resolve) => {
        console.log = (port) => {
            console.log = print;
            resolve(port);
        };
        grpc.Server.prototype.bindAsync = function (...args) {
            grpc.Server.prototype.bindAsync = bindAsync;
            servingDynamicResources = this;
            return this.bindAsync(...args);
        };
        delete require.cache[module];
        require_(module);
        for (const [event, listeners] of before) {
            for (const added of process.listeners(event).filter((each) => !listeners.includes(each))) {
                process.off(event, added);
            }
        }
    });
}

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
        throw error;
    }
    // Receives the program and environment of a command, and responds with the addresses.
    process.on("message", async ({ folder: next, environment }) => {
        folder = next;
        process.chdir(folder);
        prepare();
        for (const name of Object.keys(process.env)) {
            delete process.env[name];
        }
        Object.assign(process.env, environment);
        process.send({ address: `127.0.0.1:${port}`, dynamic: await serveDynamicResources() });
    });
});
