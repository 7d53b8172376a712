const { runtime } = require("@pulumi/pulumi");
const { getStore } = require("@pulumi/pulumi/runtime/state");

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
        asyncLocalStorage.run(storeOf(name, { ...runtime.allConfig(), "gcp:project": project }), () => {
            outputs[name] = require(`./${file}`);
        });
    }
    return outputs;
};

/** What the SDK keeps of the running program, with what differs for one example. */
function storeOf(name, config) {
    const monitor = prefixing(runtime.getMonitor(), `${name}/`);
    const settings = instead(getStore().settings, { monitor });
    return instead(getStore(), { settings, config: { ...getStore().config, PULUMI_CONFIG: JSON.stringify(config) } });
}

/** An object with other properties in the place of some. */
const instead = (object, others) =>
    new Proxy(object, { get: (target, key) => (Object.hasOwn(others, key) ? others[key] : target[key]) });

/** The connection to the engine that gives a prefix to the name of every resource. */
function prefixing(monitor, prefix) {
    const registerResource = (request, done) => {
        request.setName(`${prefix}${request.getName()}`);
        return monitor.registerResource(request, done);
    };
    const get = (target, key) => {
        const value = key === "registerResource" ? registerResource : target[key];
        return typeof value === "function" ? value.bind(target) : value;
    };
    return new Proxy(monitor, { get });
}
