const { appendFileSync } = require("node:fs");
const { relative } = require("node:path");

/** The UTC day, as 2026-11-21. */
const day = () => new Date().toISOString().slice(0, 10);

/**
 * Prints one plain line for scripts at the end of a run: `N passed, N failed`. With `SLIPWAY_TEST_TOTALS` the line is
 * written to that file, for a script that adds up several runs. `SLIPWAY_TEST_FIGURES` names a file to which each file of tests adds a line, for
 * `npm run figures`.
 */
module.exports = class Summary {
    onTestResult({ path, context }, { numPassingTests: passed, numFailingTests, testExecError }) {
        const { SLIPWAY_TEST_FIGURES: figures } = process.env;
        if (figures) {
            const file = relative(context.config.rootDir, path);
            const failed = testExecError ? 1 : numFailingTests;
            appendFileSync(figures, `${JSON.stringify({ date: day(), file, passed, failed })}\n`);
        }
    }

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
