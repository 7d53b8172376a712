const { appendFileSync } = require("node:fs");
const { join } = require("node:path");
const pulumi = require("@pulumi/pulumi");

/** What keeps the names in Google Cloud of a component under another name, by its class: the others have a `name`. */
const names = {
    Alerts: () => ({}),
    AppEngineApp: () => ({}),
    BigQueryDataset: (name) => ({ datasetId: withUnderscores(name) }),
    BigQueryTable: (name) => ({ tableId: withUnderscores(name) }),
    Budget: () => ({}),
    ContainerImage: (name, { build }) => (build ? { image: name } : {}),
    Dashboard: (name) => ({ displayName: `${name} (${pulumi.getStack()})` }),
    Deployer: (name) => ({ accountId: name }),
    ManagedFolder: (name) => ({ path: name }),
    ModelGardenEndpoint: (name) => ({ displayName: name }),
    NetworkEndpointGroup: () => ({}),
    PubSubSubscription: (name, { bigQuery }) => ({
        name,
        ...(bigQuery?.dataset ? { bigQuery: { tableId: withUnderscores(name), ...bigQuery } } : {}),
    }),
    ServerlessFunction: (name) => ({ name, entryPoint: withUnderscores(name) }),
    ServiceAccount: (name) => ({ accountId: name }),
    ServiceObjective: (name) => ({ displayName: name }),
    StorageBucket: (name) => ({ name: `${pulumi.runtime.getConfig("gcp:project")}-${name}` }),
    UnmanagedInstanceGroup: () => ({}),
    UptimeCheck: (name) => ({ displayName: name }),
    VertexEndpoint: (name) => ({ name, displayName: name }),
    VertexModel: (name) => ({ modelId: name, displayName: name }),
    WorkloadIdentityPool: (name) => ({ poolId: name }),
};

const withUnderscores = (name) => name.replaceAll("-", "_");

/** What a program does to each of its components. */
const changes = {
    /** Another name, with the previous one as an alias. The name of an environment's project is that of the environment. */
    rename: (Component, name, args, options) => {
        if (Component.name === "EnvironmentProject") {
            return new Component(name, args, options);
        }
        const own = (names[Component.name] ?? (() => ({ name })))(name, args);
        const { bigQuery = args.bigQuery } = own;
        return new Component(
            `${name}-renamed`,
            { ...own, ...args, ...(bigQuery ? { bigQuery } : {}) },
            { ...options, aliases: [{ name }] },
        );
    },
    /** A component of the program as its parent, with the previous parent as an alias. */
    move: (Component, name, args, options) => {
        const parent = new pulumi.ComponentResource("acme:index:Team", `${name}-${Component.name}`);
        return new Component(name, args, { parent, aliases: [{ parent: pulumi.rootStackResource }], ...options });
    },
    /** The same without an alias. */
    moveWithoutAlias: (Component, name, args, options) => {
        const parent = new pulumi.ComponentResource("acme:index:Team", `${name}-${Component.name}`);
        return new Component(name, args, { parent, ...options });
    },
    /** Other settings of what dynamic resources manage: labels in Vertex AI and Dataflow, and traffic in App Engine. */
    update: (Component, name, args, options) => {
        const { labels, services } = args;
        if (services?.default?.traffic) {
            const updated = { ...services.default, traffic: { split: { latest: 20, previous: 80 } } };
            return new Component(name, { ...args, services: { ...services, default: updated } }, options);
        }
        const isLabelled = /^(Vertex|Dataflow)/.test(Component.name);
        return new Component(name, isLabelled ? { ...args, labels: { ...labels, updated: "true" } } : args, options);
    },
};

/** Returns a module of slipway, whose components are changed. The names of their classes are written to `renamed.txt`. */
module.exports = (id, change) =>
    new Proxy(require(id), {
        get: (module, key) => (isComponent(module[key]) ? changed(module[key], changes[change]) : module[key]),
    });

const isComponent = (value) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;

const changed = (Component, change) =>
    new Proxy(Component, {
        construct: (_, [name, args = {}, options = {}]) => {
            appendFileSync(join(__dirname, "renamed.txt"), `${Component.name}\n`);
            return change(Component, name, args, options);
        },
    });
