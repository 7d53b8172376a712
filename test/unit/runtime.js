const { createRequire, isBuiltin } = require("node:module");
const { join, sep } = require("node:path");
const { compileFunction } = require("node:vm");
const Runtime = require("jest-runtime").default;

const packages = `${sep}node_modules${sep}`;
const root = join(__dirname, "..", "..");
const sources = ["lib", "local", "toolchain"].map((folder) => join(root, folder, sep));

const loaded = new Map();
const sourceMaps = new Map();
/** That of the file whose tests run. */
let current;

/**
 * jest's loader of modules, which loads everything anew for each file of tests, in a world of its own (`vm`) where each global
 * name is looked up the long way. Here all is in the world of the process, and loaded once a process: packages, jest's own
 * among them, by Node, and the project's sources by jest, which compiles them. Only files of tests are loaded for themselves,
 * and all sources again for a file that puts something in the place of one (`jest.mock`).
 */
module.exports = class extends Runtime {
    constructor(...given) {
        super(...given);
        current = this;
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
        if (path.includes(packages)) {
            return require(path);
        }
        if (this.replaces || !sources.some((folder) => path.startsWith(folder))) {
            return super.requireModuleOrMock(from, name);
        }
        if (!loaded.has(path)) {
            loaded.set(path, current.requireOwn(from, name));
        }
        return loaded.get(path);
    }

    requireOwn(from, name) {
        return super.requireModuleOrMock(from, name);
    }

    setMock(...given) {
        this.replaces = true;
        return super.setMock(...given);
    }

    /** Also of what was compiled for the files before. */
    getSourceMaps() {
        for (const [file, map] of super.getSourceMaps()) {
            sourceMaps.set(file, map);
        }
        return sourceMaps;
    }
};
