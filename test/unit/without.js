/**
 * Stands for what the SDK loads for programs that unit tests have not, and what takes longer to load than all the rest:
 * the Automation API, and what serializes functions.
 */
for (const name of [
    "@pulumi/pulumi/automation",
    "@pulumi/pulumi/runtime/closure/codePaths",
    "@pulumi/pulumi/typescript-shim",
]) {
    const path = require.resolve(name);
    require.cache[path] = Object.assign(new module.constructor(path), { exports: {}, loaded: true });
}
