const { TestEnvironment } = require("jest-environment-node");
const { release } = require("./storages.js");

/**
 * jest's Node environment, with a context for each file. It copies what was added to the global object of the process, such as by files in
 * the world of the process (see `unit/environment/environment.js`). The SDK and its message classes must not share their state there: messages would be
 * made of another context's arrays, which are no `Array` of this one.
 */
module.exports = class extends TestEnvironment {
    constructor(...given) {
        super(...given);
        for (const name of ["proto", "asyncLocalStorage"]) {
            delete this.global[name];
        }
    }

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
