const Sequencer = require("@jest/test-sequencer").default;

/** Short texts that take minutes, which jest knows only where they ran before: it begins with the largest files elsewhere. */
const longest = /\/(clusters\/(docs|scaling)|deploy\/docs\.(dev|prod))\.test\.ts$/;

/**
 * Leaves no core without work: the longest files come first, those that take seconds last, and between them one that waits for
 * clusters beside others that do not wait, all over the time.
 */
module.exports = class extends Sequencer {
    sort(tests) {
        const sorted = super.sort(tests);
        const of = (...levels) => sorted.filter(({ context }) => levels.includes(context.config.displayName.name));
        const spread = (files) => files.map((test, index) => ({ test, at: index / files.length }));
        const slow = [...spread(of("clusters")), ...spread(of("apps", "deploy"))]
            .sort((one, other) => one.at - other.at)
            .map(({ test }) => test);
        const isLongest = ({ path }) => longest.test(path);
        return [...slow.filter(isLongest), ...slow.filter((test) => !isLongest(test)), ...of("types", "unit")];
    }
};
