const Sequencer = require("@jest/test-sequencer").default;

/** Runs tests in the order of `SLIPWAY_TESTS`, which names their files. */
module.exports = class extends Sequencer {
    sort(tests) {
        const order = (process.env.SLIPWAY_TESTS ?? "").split("\n");
        return [...tests].sort((one, other) => order.indexOf(one.path) - order.indexOf(other.path));
    }
};
