const { readdirSync } = require("node:fs");
const { runtime } = require("@pulumi/pulumi");
// Beside this file in the copy that is deployed: docs/examples/together.js.
const { apart } = require("./together");

/**
 * All programs as one, each in a project of its own, such as `acme-pubsub-1` for the first example of the module pubsub. The stack
 * `given` has what they expect to exist.
 */
const part = runtime.getStack() === "given" ? "given" : "program";
const modules = readdirSync(__dirname).filter((file) => file.endsWith(".ts") && file !== "example.ts");
const problems = [];

for (const file of modules) {
    const { examples } = require(`./${file}`);
    for (const [index, { config, [part]: program }] of examples.entries()) {
        const name = `${file.replace(".ts", "")}-${index + 1}`;
        if (program) {
            // The ID of a project has up to 30 characters.
            run(name, { "gcp:project": `acme-${name.slice(-25)}`, ...config }, program);
        }
    }
}
if (problems.length > 0) {
    throw new Error(problems.join("\n"));
}

function run(name, config, program) {
    try {
        apart(name, config, program, "--");
    } catch (error) {
        problems.push(`${name}: ${error.message}`);
    }
}
