/**
 * Replaces modules that the SDK loads for features that unit tests do not use, and that take longer to load than
 * everything else: the Automation API, and function serialization.
 */
for (const name of [
    "@pulumi/pulumi/automation",
    "@pulumi/pulumi/runtime/closure/codePaths",
    "@pulumi/pulumi/typescript-shim",
]) {
    const path = require.resolve(name);
    require.cache[path] = Object.assign(new module.constructor(path), { exports: {}, loaded: true });
}
