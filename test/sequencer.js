const Sequencer = require("@jest/test-sequencer").default;

/**
 * Short files whose tests take minutes, which jest only knows after the first run: it starts with the largest files.
 */
const longest = /\/(clusters\/(docs|scaling)|deploy\/docs\.(dev|prod))\.test\.ts$/;

/**
 * Keeps all cores busy: the slowest files run first, fast ones last, and files that wait for clusters are spread among
 * the others.
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
