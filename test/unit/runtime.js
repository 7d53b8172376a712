const { createRequire, isBuiltin } = require("node:module");
const { join, sep } = require("node:path");
const { compileFunction } = require("node:vm");
const Runtime = require("jest-runtime").default;

const packages = `${sep}node_modules${sep}`;
const root = join(__dirname, "..", "..");
const sources = ["lib", "local"].map((folder) => join(root, folder, sep));

const loaded = new Map();
const sourceMaps = new Map();
/** The runtime of the file whose tests run. */
let current;

/**
 * A replacement for jest's module loader, which reloads all modules for each test file, in a separate context (`vm`)
 * with slow access to global names. Here everything is in the context of the process and loaded once: Node loads
 * packages, including jest's own, and jest loads and compiles the project's sources. Only test files are loaded for
 * each run, and all sources are loaded again for a file that mocks one (`jest.mock`).
 */
module.exports = class extends Runtime {
    /** The modules of the project's sources, by path. */
    static loaded = loaded;

    /** The paths of those that it has loaded. */
    shared = new Set();

    constructor(...given) {
        super(...given);
        current = this;
        const { executor } = this;
        executor.compile = (code, filename) => compileFunction(code, executor.injectedModuleParameters, { filename });
    }

    /** The test runner is reloaded for each file, by its path; its dependencies are loaded by name. */
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
        if (loaded.has(path)) {
            return loaded.get(path);
        }
        const module = current.requireOwn(from, name);
        if (!current.replaces) {
            current.shared.add(path);
            loaded.set(path, module);
        }
        return module;
    }

    requireOwn(from, name) {
        return super.requireModuleOrMock(from, name);
    }

    setMock(...given) {
        this.replaces = true;
        // What these load later would be loaded by this runtime, which later files do not have.
        for (const path of this.shared) {
            loaded.delete(path);
        }
        return super.setMock(...given);
    }

    /** Also for code that was compiled for previous files. */
    getSourceMaps() {
        for (const [file, map] of super.getSourceMaps()) {
            sourceMaps.set(file, map);
        }
        return sourceMaps;
    }
};
