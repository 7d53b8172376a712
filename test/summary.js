const { appendFileSync } = require("node:fs");

/**
 * Prints one plain line for scripts at the end of a run: `N passed, N failed`. With `SLIPWAY_TEST_TOTALS` the line is
 * written to that file, for a script that adds up several runs.
 */
module.exports = class Summary {
    onRunComplete(_, { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
        // A file that fails to load has no tests, but counts as failed.
        const failed = Math.max(numFailedTests, numFailedTestSuites);
        const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
        const line = `${numPassedTests} passed, ${failed} failed${skipped}\n`;
        const { SLIPWAY_TEST_TOTALS: totals } = process.env;
        // Printed at the exit, because jest's own summary comes after all reporters.
        process.once("exit", () => (totals ? appendFileSync(totals, line) : process.stdout.write(line)));
    }
};
