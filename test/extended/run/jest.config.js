const { join } = require("node:path");
const { projects, ...config } = require("../../jest.config.js");

const rootDir = join(__dirname, "..", "..", "..");
const deploy = projects.find(({ displayName }) => displayName === "deploy");

/** A run of the level `deploy` with the files of this folder. */
module.exports = {
    ...config,
    rootDir,
    projects: [{ ...deploy, rootDir, testMatch: ["<rootDir>/test/extended/run/*.run.ts"] }],
    reporters: ["default"],
};
