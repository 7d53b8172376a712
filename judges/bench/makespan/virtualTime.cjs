/**
 * Preloaded in the program that `makespan.mjs` deploys. The engine and the local Google Cloud run as always, but each resource exists for
 * the program only after the latency of its type, in simulated time: the answer of its registration is held until then. The time advances
 * to the next held answer when nothing else is under way. Waits of the program, such as those for new grants, take part in it.
 */
const { createHash } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

const { SLIPWAY_MAKESPAN: file, SLIPWAY_LOCAL_CLOUD: cloudFolder } = process.env;
if (file && /@pulumi[/\\]pulumi[/\\]cmd[/\\]run\b/.test(process.argv[1] ?? "")) {
    install(JSON.parse(readFileSync(file, "utf8")));
}

/** Types whose creation has an effect only later: their latency is before the creation, so that the effect is after both. */
const announced =
    /^gcp:.*(:Service|:ServiceIdentity|serviceaccount\/account:Account|I[aA][mM](Member|Binding|Policy))$/;

function install({ record, dist, answered }) {
    const time = virtualTime(join(dist, "local", "simulator", "cloud", "propagation.js"));
    const registered = [];
    const byUrn = new Map();
    const hooks = new Map();
    const { creationTime } = require(join(dist, "local", "commands", "explain", "creationTimes.js"));
    const latency = ({ custom, type }) => (custom ? creationTime(type).seconds : 0) * 1000;

    function register(send, request, respond) {
        const resource = described(request, time.now());
        registered.push(resource);
        const before = announced.test(resource.type) ? latency(resource) : 0;
        const isAnswered = answered.some((pattern) => new RegExp(pattern).test(resource.type));
        if (!isAnswered) {
            withoutDependencies(request, (urn) => byUrn.get(urn)?.isAnswered);
        }
        const answer = async (error, response) => {
            if (!error) {
                resource.urn = response.getUrn();
                resource.id = response.getId();
                resource.outputs = response.getObject()?.toJavaScript() ?? {};
                resource.isAnswered = isAnswered;
                byUrn.set(resource.urn, resource);
                resource.start = time.now() - before;
                await time.sleep(latency(resource) - before);
                resource.end = time.now();
            }
            respond(error, response);
        };
        const call = async () => {
            const ended = time.call();
            const end = (error, response) => {
                ended();
                void answer(error, response);
            };
            if (!isAnswered) {
                return send(request, end);
            }
            for (const hook of request.getHooks()?.getBeforeCreateList() ?? []) {
                await hooks.get(hook)(resource);
            }
            end(null, answerOf(resource, dist));
        };
        void time.sleep(before).then(call);
    }

    function patchMonitor({ ResourceMonitorClient: { prototype } }) {
        for (const method of Object.keys(prototype).filter((name) => /^(register|read|invoke|call)/.test(name))) {
            const original = prototype[method];
            prototype[method] = function (request, respond) {
                if (method === "registerResource") {
                    return register((...args) => original.apply(this, args), request, respond);
                }
                if (method === "invoke") {
                    const args = request.getArgs()?.toJavaScript() ?? {};
                    registered.push({ invoked: request.getTok(), args, provider: request.getProvider() });
                }
                const ended = time.call();
                return original.call(this, request, (...answer) => {
                    ended();
                    respond(...answer);
                });
            };
        }
    }

    function patchHooks(resource) {
        const { ErrorHook, ResourceHook } = resource;
        resource.ErrorHook = class extends ErrorHook {
            constructor(name, callback) {
                super(name, time.inCall(callback));
            }
        };
        resource.ResourceHook = class extends ResourceHook {
            constructor(name, callback, options) {
                const counted = time.inCall(callback);
                super(name, counted, options);
                hooks.set(name, counted);
            }
        };
    }

    afterLoad({ resource_grpc_pb: ["ResourceMonitorClient", patchMonitor], resource: ["ResourceHook", patchHooks] });
    process.on("exit", () => writeFileSync(record, JSON.stringify(registered)));
}

/** The clock of the program. It advances when no call and nothing in this process is under way, except hooks that wait for it. */
function virtualTime(propagation) {
    const { SimulatedTime } = require(propagation);
    const cloud = new SimulatedTime(cloudFolder);
    const start = cloud.now();
    cloud.stop(start);
    let [now, calls, quiet, held] = [0, 0, 0, []];
    // What the loop of this process still works on; everything else is a call.
    const busy = /^(FSReq|ProcessWrap|Zlib|GetAddrInfo|Worker)/;
    const timer = setInterval(() => setImmediate(tick), 3).unref();

    function tick() {
        const isIdle = calls === 0 && !process.getActiveResourcesInfo().some((each) => busy.test(each));
        quiet = isIdle ? quiet + 1 : 0;
        if (quiet < 10 || held.length === 0) {
            return;
        }
        quiet = 0;
        const next = Math.min(...held.map(({ at }) => at));
        now = next;
        cloud.stop(start + now);
        const due = held.filter(({ at }) => at <= now);
        held = held.filter(({ at }) => at > now);
        for (const { resolve } of due) {
            resolve();
        }
        if (held.length === 0) {
            timer.unref();
        }
    }

    const change = (difference) => {
        calls += difference;
        quiet = 0;
    };
    const sleep = (ms) =>
        new Promise((resolve) => {
            quiet = 0;
            held.push({ at: now + ms, resolve });
            timer.ref();
        });
    Object.defineProperty(globalThis, Symbol.for("slipway.clock"), { value: { now: () => now, sleep } });
    return {
        now: () => now,
        sleep: async (ms) => (ms > 0 ? sleep(ms) : undefined),
        /** Notes the start of a call; returns the function that notes its end. */
        call: () => {
            change(1);
            return () => change(-1);
        },
        /** A hook is called during a call, which waits for it. */
        inCall: (callback) => async (args) => {
            change(-1);
            try {
                return await callback(args);
            } finally {
                change(1);
            }
        },
    };
}

/** A registration, as the engine receives it. */
function described(request, now) {
    const dependencies = request.getPropertydependenciesMap();
    const names = Array.from(dependencies.keys());
    return {
        type: request.getType(),
        name: request.getName(),
        custom: request.getCustom(),
        parent: request.getParent(),
        provider: request.getProvider(),
        dependencies: request.getDependenciesList(),
        properties: Object.fromEntries(names.map((name) => [name, dependencies.get(name).getUrnsList()])),
        inputs: request.getObject()?.toJavaScript() ?? {},
        registered: now,
    };
}

/** The engine does not know resources that are answered here. */
function withoutDependencies(request, isUnknown) {
    const known = (urns) => urns.filter((urn) => !isUnknown(urn));
    request.setDependenciesList(known(request.getDependenciesList()));
    for (const each of request.getPropertydependenciesMap().values()) {
        each.setUrnsList(known(each.getUrnsList()));
    }
}

/** The answer for a resource that is not deployed. */
function answerOf({ type, name, inputs }, dist) {
    const of = (path) => require(require.resolve(path, { paths: [process.cwd()] }));
    const { RegisterResourceResponse } = of("@pulumi/pulumi/proto/resource_pb");
    const { Struct } = of("google-protobuf/google/protobuf/struct_pb");
    const made = /^docker-build:.*:Image$/.test(type) ? pushed(inputs, dist) : { ...inputs, ...ofModels(type, name) };
    const { id = name, ...outputs } = made;
    const stack = `urn:pulumi:${process.env.PULUMI_NODEJS_STACK}::${process.env.PULUMI_NODEJS_PROJECT}`;
    return new RegisterResourceResponse()
        .setUrn(`${stack}::${type}::${name}`)
        .setId(id)
        .setObject(Struct.fromJavaScript(outputs));
}

/** The outputs of a trained and served model; without Docker, the local Google Cloud trains none. */
function ofModels(type, name) {
    const outputs = {
        modelId: name,
        versionId: "1",
        latest: "1",
        artifacts: `gs://models/${name}`,
        state: "JOB_STATE_SUCCEEDED",
    };
    return type.startsWith("pulumi-nodejs:dynamic/model:") ? outputs : {};
}

/** The outputs of a built image, which the local Google Cloud records as pushed. */
function pushed(inputs, dist) {
    const { Cloud } = require(join(dist, "local", "simulator", "cloud", "cloud.js"));
    const { recordImage } = require(join(dist, "local", "commands", "manual", "image.js"));
    const hash = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
    const name = inputs.exports?.[0]?.registry?.names?.[0] ?? inputs.tags[0].replace(/:[^/]*$/, "");
    const ref = `${name}@sha256:${hash}`;
    return { ...inputs, id: ref, digest: recordImage(new Cloud(cloudFolder), ref), ref };
}

/** Patches modules of Pulumi's SDK when they are loaded, by the end of their path. */
function afterLoad(patches) {
    const load = Module._load;
    const done = new Set();
    Module._load = function (request, parent, isMain) {
        const loaded = load.call(this, request, parent, isMain);
        const [, name] = /(?:^|\/)(\w+)(?:\.js)?$/.exec(request) ?? [];
        const [key, patch] = Object.hasOwn(patches, name ?? "") ? patches[name] : [];
        if (key && !done.has(name) && /@pulumi[/\\]pulumi[/\\]/.test(parent?.filename ?? "") && loaded[key]) {
            done.add(name);
            patch(loaded);
        }
        return loaded;
    };
}
