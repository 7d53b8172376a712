const { join } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;
const { isBuilt } = require("./toolchain");

/**
 * Short files whose tests take minutes, which jest only knows after the first run: it starts with the largest files. The slowest comes first.
 */
const longest = [
    "extended/delays",
    "clusters/docs",
    "extended/docs.prod",
    "extended/docs.dev",
    "extended/bench",
    "extended/upgrades",
    "clusters/scaling",
    "extended/programs",
    "clusters/makespan",
];
const placeOf = ({ path }) => longest.findIndex((name) => path.endsWith(join("/", `${name}.test.ts`)));

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
        const isLongest = (test) => placeOf(test) >= 0;
        const deployed = [
            ...slow.filter(isLongest).sort((one, other) => placeOf(one) - placeOf(other)),
            ...slow.filter((test) => !isLongest(test)),
        ];
        const fast = of("types", "unit");
        return isBuilt() ? [...deployed, ...fast] : [...fast, ...deployed];
    }
};
