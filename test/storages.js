const { AsyncLocalStorage } = require("node:async_hooks");

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
    used.add(this);
    return run.apply(this, given);
};

/**
 * Lets go of what jest runs the tests of a file with: a storage that is told of every promise, and that it keeps on for the files
 * after. The time of a test is mostly promises, and after thirty files of one worker half of theirs went there. Whoever runs
 * something in it again turns it on again. What nobody handles in a test then fails its file, not the test.
 */
exports.release = () => {
    for (const storage of used) {
        storage.disable();
    }
    used.clear();
};
