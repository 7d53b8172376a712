const { join } = require("node:path");
const { projects } = require("../../../test/jest.config.js");

const rootDir = join(__dirname, "..", "..", "..");
const own = (name) => join(__dirname, `${name}.js`);
const unit = projects.find(({ displayName }) => displayName === "unit");

/** The level `unit` with the library's places observed. */
module.exports = {
    rootDir,
    projects: [
        {
            ...unit,
            rootDir,
            globalSetup: undefined,
            setupFilesAfterEnv: [own("observed"), ...unit.setupFilesAfterEnv],
            transform: { "\\.ts$": own("transform") },
        },
    ],
};
