/** Ends a run with one plain line that scripts can read: `N passed, N failed`. */
module.exports = class Summary {
    onRunComplete(_, { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
        // A file that does not even load has no tests to count, and has failed all the same.
        const failed = Math.max(numFailedTests, numFailedTestSuites);
        const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
        // At the exit, as jest's own summary comes after every reporter.
        process.once("exit", () => process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`));
    }
};
