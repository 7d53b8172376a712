const Environment = require("../../../test/unit/environment.js");
const switches = require("./switches.js");

/** The name of a test with those of its groups. */
const nameOf = ({ name, parent }) => (parent?.parent ? `${nameOf(parent)} ${name}` : name);

/** Runs the tests that reach a mutant until one fails, or records which mutants each test reaches. */
module.exports = class extends Environment {
    handleTestEvent({ name, test, error }) {
        super.handleTestEvent({ name });
        if (name === "test_start") {
            const took = switches.only?.get(nameOf(test));
            if (switches.hasFailed || (switches.only && took === undefined)) {
                test.mode = "skip";
            }
            // A mutant can wait for ever.
            test.timeout = took === undefined ? undefined : 10_000 + 20 * took;
            switches.onTest?.(nameOf(test));
        } else if (name === "test_done") {
            switches.hasFailed ||= test.errors.length > 0;
            switches.onTestEnd?.(test.duration ?? 0);
        } else if (name === "error") {
            switches.hasFailed = true;
            switches.error = error;
        }
    }
};
