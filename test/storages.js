const { AsyncLocalStorage } = require("node:async_hooks");

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
    used.add(this);
    return run.apply(this, given);
};

/**
 * Disables the AsyncLocalStorage of jest, which tracks all promises and remains enabled for later files. Most of the
 * time of tests is promises, and half of that is lost after thirty files in a worker. It is enabled again on the next
 * use. An unhandled rejection in a test then fails its file, not the test.
 */
exports.release = () => {
    for (const storage of used) {
        storage.disable();
    }
    used.clear();
};
