const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
    used.add(this);
    return run.apply(this, given);
};

/** Lets go of what is kept on; whoever runs something in it again turns it on again. */
function release() {
    for (const storage of used) {
        storage.disable();
    }
    used.clear();
}

/**
 * jest's of Node, which lets go of what jest runs the tests of a file with: a storage that is told of every promise, and that
 * it keeps on for the files after. The time of a test is mostly promises, and after thirty files of one worker half of
 * theirs went there. What nobody handles in a test then fails its file, not the test.
 */
module.exports = class extends TestEnvironment {
    handleTestEvent({ name }) {
        if (name === "test_fn_start") {
            release();
        }
    }

    async teardown() {
        release();
        await super.teardown();
    }
};
