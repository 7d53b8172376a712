const { setFlagsFromString } = require("node:v8");
const { ModernFakeTimers } = require("@jest/fake-timers");
const { ModuleMocker } = require("jest-mock");
const { release } = require("../storages.js");
require("./without.js");

// The optimizing compiler of Node 20 takes minutes over some functions of the SDK that thousands of resources have made hot
// (`prepareResource`), in a thread beside the tests: its analysis of what escapes from a function does not come to an end.
setFlagsFromString("--no-turbo-escape");

const { console } = globalThis;
const { exit } = process;
const variables = { ...process.env };

/**
 * The world of the process itself in place of a new one a file (`runtime.js` says why). What jest and a file of tests leave in it
 * is taken away behind them; what packages keep in it stays, as they do themselves.
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
        Object.assign(process, { exit });
        for (const name of Object.keys(process.env)) {
            delete process.env[name];
        }
        Object.assign(process.env, variables);
        // Whom jest tells of what happens in a file: this environment too, which would be told of the files after.
        delete globalThis[Symbol.for("EVENT_HANDLERS")];
    }

    getVmContext() {
        return this.global;
    }

    exportConditions() {
        return ["node", "node-addons"];
    }
};
