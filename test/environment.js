const { TestEnvironment } = require("jest-environment-node");
const { release } = require("./storages.js");

/** jest's Node environment without a separate context. */
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
