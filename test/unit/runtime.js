const { createRequire, isBuiltin } = require("node:module");
const { sep } = require("node:path");
const { compileFunction } = require("node:vm");
const Runtime = require("jest-runtime").default;

const packages = `${sep}node_modules${sep}`;

/**
 * jest's loader of modules, which loads everything anew for each file of tests, in a world of its own (`vm`) where each global
 * name is looked up the long way. Here it does so only with the project's own files, and in the world of the process. Packages,
 * jest's own among them, are Node's: loaded once a process, and warm from the second file on.
 */
module.exports = class extends Runtime {
    constructor(...given) {
        super(...given);
        const { executor } = this;
        executor.compile = (code, filename) => compileFunction(code, executor.injectedModuleParameters, { filename });
    }

    /** What runs the tests of a file is made anew with them, by its path; what that needs has a name. */
    requireInternalModule(from, name) {
        return name ? createRequire(from)(name) : super.requireInternalModule(from);
    }

    requireModuleOrMock(from, name) {
        const isJests = isBuiltin(name) || name === "@jest/globals";
        const path = isJests ? name : this._resolution.resolveCjs(from, name);
        return path.includes(packages) ? require(path) : super.requireModuleOrMock(from, name);
    }
};
