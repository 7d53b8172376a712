const { join } = require("node:path");
const { projects } = require("../../../test/jest.config.js");

const rootDir = join(__dirname, "..", "..", "..");
const own = (name) => join(__dirname, `${name}.js`);
const unit = projects.find(({ displayName }) => displayName === "unit");

/** The level `unit` with a switch for each mutant, as `runner.js` runs it. */
module.exports = {
    rootDir,
    reporters: [],
    projects: [
        {
            ...unit,
            rootDir,
            globalSetup: undefined,
            runner: own("runner"),
            runtime: own("runtime"),
            testEnvironment: own("environment"),
            transform: { "\\.ts$": own("transform") },
        },
    ],
};
