const { setFlagsFromString } = require("node:v8");
const { ModernFakeTimers } = require("@jest/fake-timers");
const { ModuleMocker } = require("jest-mock");
const { release } = require("../storages.js");
require("./without.js");
require("./dagChecks.js");

// The escape analysis of Node 20's optimizing compiler takes minutes, in a separate thread, for functions of the SDK that are
// called for thousands of resources, such as `prepareResource`.
setFlagsFromString("--no-turbo-escape");

const { console } = globalThis;
const { env, exit } = process;
const variables = { ...process.env };

/**
 * The context of the process instead of a new one per file (see `runtime.js`). What jest and a test file add to it is
 * removed afterwards; the state of packages remains, like the packages.
 */
module.exports = class {
    global = globalThis;
    moduleMocker = new ModuleMocker(globalThis);

    constructor({ projectConfig }) {
        this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    }

    setup() {}

    handleTestEvent({ name }) {
        if (name === "test_fn_start") {
            release();
        }
    }

    teardown() {
        release();
        this.fakeTimersModern.dispose();
        Object.assign(globalThis, { console });
        // Only the variables of the process itself are seen by Node's functions, such as `tmpdir`: not those of a copy that a file set.
        Object.assign(process, { env, exit });
        for (const name of Object.keys(process.env)) {
            delete process.env[name];
        }
        Object.assign(process.env, variables);
        // The listeners of jest's events, including this environment, which would otherwise also get those of later
        // files.
        delete globalThis[Symbol.for("EVENT_HANDLERS")];
    }

    getVmContext() {
        return this.global;
    }

    exportConditions() {
        return ["node", "node-addons"];
    }
};
