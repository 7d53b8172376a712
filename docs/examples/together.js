const { ProviderResource, runtime } = require("@pulumi/pulumi");
const { InvokeResponse } = require("@pulumi/pulumi/proto/provider_pb");
const { getCallbacks } = require("@pulumi/pulumi/runtime/settings");
const { getStore } = require("@pulumi/pulumi/runtime/state");
const { Struct, Value } = require("google-protobuf/google/protobuf/struct_pb");

/**
 * Runs several examples as one program, so that tests deploy all of them with one command: each with an environment of its own, in a
 * Google Cloud project of its own (`acme-<example>-<stack>`), which therefore has nothing but what the example asks for. For the
 * engine they are one stack, in which the name of a resource starts with that of its example: `secret/predict`.
 */
module.exports = (files) => {
    const outputs = {};
    for (const file of files) {
        const name = file.replace(/^.*\/|\.ts$/g, "");
        const project = `acme-${name}-${runtime.getStack()}`;
        outputs[name] = apart(name, { "gcp:project": project }, () => require(`./${file}`));
    }
    return outputs;
};
module.exports.apart = apart;

/**
 * Runs a part of the program in an environment of its own, with these values in its configuration. The separator behind the prefix is
 * part of the names that the provider generates.
 */
function apart(name, values, run, separator = "/") {
    const config = { ...runtime.allConfig(), ...values };
    return asyncLocalStorage.run(storeOf(`${name}${separator}`, config), run);
}

/** What the SDK keeps of the running program, with what differs for one example. */
function storeOf(prefix, config) {
    const hooks = new Map();
    const monitor = prefixing(runtime.getMonitor(), prefix, hooks, defaultProvider(config));
    return instead(getStore(), {
        settings: instead(getStore().settings, { monitor }),
        callbacks: prefixingHooks(getCallbacks(), prefix, hooks),
        config: { ...getStore().config, PULUMI_CONFIG: JSON.stringify(config) },
    });
}

/** An object with other properties in the place of some. */
const instead = (object, others) =>
    new Proxy(object, { get: (target, key) => (Object.hasOwn(others, key) ? others[key] : target[key]) });

/** The engine's default provider has the configuration of the stack: this is one for the resources of one example. */
function defaultProvider({ "gcp:project": project, "gcp:region": region }) {
    let registered;
    return () => {
        const { Provider } = require("@pulumi/gcp/provider");
        registered ??= ProviderResource.register(new Provider("default", { project, region }));
        return registered;
    };
}

/** The connection to the engine that gives a prefix to the name of every resource, and other names to its hooks. */
function prefixing(monitor, prefix, hooks, provider) {
    const registerResource = (request, done) => {
        request.setName(`${prefix}${request.getName()}`);
        for (const alias of request.getAliasesList()) {
            renameAlias(alias.getSpec(), prefix);
        }
        renameHooks(request.getHooks(), hooks);
        if (!request.getType().startsWith("gcp:") || request.getProvider()) {
            monitor.registerResource(request, done);
            return;
        }
        provider().then((reference) => {
            request.setProvider(reference);
            monitor.registerResource(request, done);
        }, done);
    };
    const readResource = (request, done) => {
        request.setName(`${prefix}${request.getName()}`);
        monitor.readResource(request, done);
    };
    const invoke = (request, done) =>
        request.getTok() === "pulumi:pulumi:readStackResourceOutputs"
            ? readState(monitor, request).then((response) => done(undefined, partOf(response, prefix)), done)
            : monitor.invoke(request, done);
    const own = { registerResource, readResource, invoke };
    const get = (target, key) => {
        const value = own[key] ?? target[key];
        return typeof value === "function" ? value.bind(target) : value;
    };
    // What an example changes is not a change of the connection, which all share.
    const set = (_target, key, value) => Reflect.set(own, key, value);
    return new Proxy(monitor, { get, set });
}

/** Aliases have the prefix, as the previous name had it. Those of types and parents have no name. */
function renameAlias(spec, prefix) {
    if (spec?.getName()) {
        spec.setName(`${prefix}${spec.getName()}`);
    }
}

let state;

/** Reads the state of the stack once for all examples, which is most of the time of the engine if each does it. */
function readState(monitor, request) {
    state ??= new Promise((resolve, reject) => {
        monitor.invoke(request, (error, response) => (error ? reject(error) : resolve(response)));
    });
    // An example whose attempt failed reads it again.
    state.catch(() => {
        state = undefined;
    });
    return state;
}

/** The state of an example, in which names have no prefix: its own resources, and the stack. */
function partOf(response, prefix) {
    const all = response.getReturn()?.getFieldsMap().get("outputs")?.getStructValue()?.getFieldsMap();
    const own = new Struct();
    for (const [urn, resource] of all ? all.entries() : []) {
        if (urn.includes(`::${prefix}`) || urn.includes("::pulumi:pulumi:Stack::")) {
            own.getFieldsMap().set(urn.replace(`::${prefix}`, "::"), resource);
        }
    }
    const result = new Struct();
    result.getFieldsMap().set("outputs", new Value().setStructValue(own));
    return new InvokeResponse().setReturn(result).setFailuresList(response.getFailuresList());
}

const hookNames = new Set();

/** What registers hooks: with a prefix if an earlier example has one of the same name. */
function prefixingHooks(callbacks, prefix, hooks) {
    const registerResourceHook = (hook) => {
        const name = hookNames.has(hook.name) ? `${prefix}${hook.name}` : hook.name;
        hookNames.add(name);
        hooks.set(hook.name, name);
        return callbacks.registerResourceHook(instead(hook, { name }));
    };
    return instead(callbacks, { registerResourceHook });
}

/** The hooks of a resource are lists of names, by the time at which they run. */
function renameHooks(hooks, names) {
    for (const [time, list] of Object.entries(hooks?.toObject() ?? {})) {
        hooks[`set${time[0].toUpperCase()}${time.slice(1)}`](list.map((name) => names.get(name) ?? name));
    }
}
