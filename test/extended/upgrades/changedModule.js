const { appendFileSync } = require("node:fs");
const { join } = require("node:path");
const pulumi = require("@pulumi/pulumi");

/** What keeps the names in Google Cloud of a component under another name, by its class: `names` of its data file. */
const names = require("./names.json");

const valueAt = (args, path) => path.split(".").reduce((value, key) => value?.[key], args);

/** A part of the arguments with a value at a path, unless they have one. */
const withDefault = (args, [key, ...path], value) => ({
    ...args,
    [key]: path.length > 0 ? withDefault(args?.[key], path, value) : (args?.[key] ?? value),
});

/** The arguments with which a component keeps its names in Google Cloud. */
function withNames(args, name, rows) {
    const known = { name, name_: name.replaceAll("-", "_"), stack: pulumi.getStack() };
    known.project = pulumi.runtime.getConfig("gcp:project");
    return rows
        .filter((row) => row.with === undefined || valueAt(args, row.with) !== undefined)
        .reduce((result, { argument, value }) => {
            const text = value.replaceAll(/\{(\w+)\}/g, (_, key) => known[key]);
            return withDefault(result, argument.split("."), text);
        }, args);
}

/** What a program does to each of its components. */
const changes = {
    /** Another name, with the previous one as an alias. */
    rename: (Component, name, args, options) => {
        const rows = names[Component.name] ?? [{ argument: "name", value: "{name}" }];
        return rows === "fixed"
            ? new Component(name, args, options)
            : new Component(`${name}-renamed`, withNames(args, name, rows), { ...options, aliases: [{ name }] });
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
