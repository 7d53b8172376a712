const { appendFileSync } = require("node:fs");

/**
 * Ends a run with one plain line that scripts can read: `N passed, N failed`. With `SLIPWAY_TEST_TOTALS` the line goes to that file,
 * for a script that adds up several runs.
 */
module.exports = class Summary {
    onRunComplete(_, { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
        // A file that does not even load has no tests to count, and has failed all the same.
        const failed = Math.max(numFailedTests, numFailedTestSuites);
        const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
        const line = `${numPassedTests} passed, ${failed} failed${skipped}\n`;
        const { SLIPWAY_TEST_TOTALS: totals } = process.env;
        // At the exit, as jest's own summary comes after every reporter.
        process.once("exit", () => (totals ? appendFileSync(totals, line) : process.stdout.write(line)));
    }
};
