const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
    used.add(this);
    return run.apply(this, given);
};

/**
 * jest's of Node, which lets go of what a file ran its tests with. jest makes a new storage a file and keeps it on, and
 * every promise of the files after it is told of it: after thirty files of one worker, half of their time.
 */
module.exports = class extends TestEnvironment {
    async teardown() {
        for (const storage of used) {
            storage.disable();
        }
        used.clear();
        await super.teardown();
    }
};
