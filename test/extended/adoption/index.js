const { AsyncLocalStorage } = require("node:async_hooks");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { runtime } = require("@pulumi/pulumi");
const { getStackResource } = require("@pulumi/pulumi/runtime/state");
// Beside this file in the copy that is deployed: docs/examples/together.js.
const { apart } = require("./together");

/** Programs of `judges/peers` as one, by names such as `pubsub-1`, which `programs.json` lists. The stack `given` has what they expect to exist. */
const names = new AsyncLocalStorage();
const part = runtime.getStack() === "given" ? "given" : "program";

// The module that adopts knows the names with the prefixes that `apart` gives to them.
const stack = getStackResource();
const transformations = stack.__transformations ?? [];
stack.__transformations = transformations.map(
    (transformation) => (args) => transformation({ ...args, name: `${names.getStore()}--${args.name}` }),
);

for (const name of JSON.parse(readFileSync(join(__dirname, "programs.json"), "utf8"))) {
    const [, module, number] = /^(.+)-(\d+)$/.exec(name);
    const { config, [part]: program } = require(`./${module}`).examples[number - 1];
    if (program) {
        // The ID of a project has up to 30 characters.
        names.run(name, () => apart(name, { "gcp:project": `acme-${name.slice(-25)}`, ...config }, program, "--"));
    }
}
