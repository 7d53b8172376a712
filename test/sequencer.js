const Sequencer = require("@jest/test-sequencer").default;
const { isBuilt } = require("./toolchain");

/**
 * Short files whose tests take minutes, which jest only knows after the first run: it starts with the largest files.
 */
const longest = /\/(clusters\/(docs|scaling)|deploy\/docs\.dev|extended\/(docs\.prod|upgrades))\.test\.ts$/;

/**
 * Keeps all cores busy: the slowest files run first, fast ones last (or first, while Pulumi is built), and files that wait for
 * clusters are spread among the others.
 */
module.exports = class extends Sequencer {
    sort(tests) {
        const sorted = super.sort(tests);
        const levelOf = ({ context }) => context.config.displayName.name;
        const of = (...levels) => sorted.filter((test) => levels.includes(levelOf(test)));
        const others = sorted.filter((test) => !["clusters", "types", "unit"].includes(levelOf(test)));
        const spread = (files) => files.map((test, index) => ({ test, at: index / files.length }));
        const slow = [...spread(of("clusters")), ...spread(others)]
            .sort((one, other) => one.at - other.at)
            .map(({ test }) => test);
        const isLongest = ({ path }) => longest.test(path);
        const deployed = [...slow.filter(isLongest), ...slow.filter((test) => !isLongest(test))];
        const fast = of("types", "unit");
        return isBuilt() ? [...deployed, ...fast] : [...fast, ...deployed];
    }
};
