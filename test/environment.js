const { TestEnvironment } = require("jest-environment-node");
const { release } = require("./storages.js");

/** jest's of Node, without what its tests run in. */
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
