const { availableParallelism } = require("node:os");
const { dirname } = require("node:path");

const rootDir = dirname(__dirname);

// What can be deployed depends on the day: tests must not fail because a runtime came to its end.
process.env.SLIPWAY_LOCAL_DATE = "2026-11-21";

/** Not in the temporary folder, which each run has for itself. */
const cacheDirectory = "<rootDir>/node_modules/.cache/jest";

/** Each level of tests by its folder, from fast to real. */
const level = (displayName, more = {}) => ({
    displayName,
    rootDir,
    testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
    transform: { "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
    moduleNameMapper: {
        "^slipway$": "<rootDir>/lib/index.ts",
        "^slipway-local$": "<rootDir>/local/index.ts",
        "^slipway-policy$": "<rootDir>/packages/policy/index.ts",
        "^slipway/(.*)$": "<rootDir>/lib/$1",
    },
    testEnvironment: "<rootDir>/test/environment.js",
    cacheDirectory,
    // The Pulumi SDK keeps its state on the global object, and jest would clear it with a warning a file.
    testEnvironmentOptions: { globalsCleanup: "off" },
    modulePathIgnorePatterns: [
        "<rootDir>/dist",
        "<rootDir>/local/dist",
        "<rootDir>/packages/policy/dist",
        "<rootDir>/.slipway",
        "<rootDir>/examples/.*/package.json",
    ],
    ...more,
});

const slow = { setupFilesAfterEnv: ["<rootDir>/test/slow.ts"] };

/** In the world of the process, which spares each file what it loads. */
const inProcess = {
    ...slow,
    runtime: "<rootDir>/test/unit/runtime.js",
    testEnvironment: "<rootDir>/test/unit/environment.js",
};

const deployed = {
    ...inProcess,
    setupFilesAfterEnv: [...slow.setupFilesAfterEnv, "<rootDir>/test/deploy/checkpoints.ts"],
};

const quick = { ...deployed, setupFilesAfterEnv: [...deployed.setupFilesAfterEnv, "<rootDir>/test/tools.ts"] };

module.exports = {
    rootDir,
    projects: [
        level("types", inProcess),
        level("unit", { ...inProcess, globalSetup: "<rootDir>/test/requirements.js" }),
        level("deploy", {
            ...quick,
            globalSetup: "<rootDir>/test/toolchain.js",
            testMatch: ["<rootDir>/test/deploy/**/*.test.ts", "<rootDir>/docs/examples/*/*.test.ts"],
        }),
        level("apps", { ...quick, globalSetup: "<rootDir>/test/apps/setup.js" }),
        // What takes minutes on an empty cache (Airflow, the generator of the schema), what checks more than the life of a component (kills,
        // faults, delays), and the pages' examples.
        level("extended", { ...deployed, globalSetup: "<rootDir>/test/apps/setup.js" }),
        // Programs, recordings and tests of others: see judges/oracles/README.md.
        level("oracles", {
            ...inProcess,
            testMatch: [
                "<rootDir>/judges/oracles/**/*.test.ts",
                // Takes minutes, most of which are waiting.
                ...(process.env.SLIPWAY_CLIENTS ? ["<rootDir>/judges/oracles/clients.judge.ts"] : []),
            ],
            // Its cases are in a checkout of the provider.
            ...(process.env.SLIPWAY_ACCEPTANCE && { testMatch: ["<rootDir>/judges/oracles/acceptance.judge.ts"] }),
        }),
        // Clusters, images and databases, and the tools that they are made with.
        level("clusters", { ...slow, globalSetup: "<rootDir>/test/clusters/setup.js" }),
    ],
    cacheDirectory,
    globalSetup: "<rootDir>/test/temporary.js",
    testSequencer: "<rootDir>/test/sequencer.js",
    // One more than there are cores: what deploys clusters waits for them for more than half of its time.
    maxWorkers: availableParallelism() + 1,
    reporters: ["default", "<rootDir>/test/summary.js"],
};
