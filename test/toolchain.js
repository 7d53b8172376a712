const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { engine } = require("./requirements");
const useTemporaryFolder = require("./temporary");

/** Whether the pinned Pulumi is built. */
function isBuilt() {
    const { cache } = require("../dist/local/toolchain/paths");
    const { key, read } = require("../dist/local/toolchain/tool");
    return existsSync(join(cache(), `pulumi-${key(read("pulumi"))}`));
}

let isBuilding = false;

/**
 * Starts to build the pinned Pulumi with visible progress, for which tests that deploy wait, while others run. Without Go, the
 * tests use the Pulumi on PATH.
 */
module.exports = async () => {
    const { find } = require("../dist/local/toolchain/process");
    if (isBuilt() || isBuilding || process.env.SLIPWAY_PULUMI === "PATH") {
        return;
    }
    if (!find("go")) {
        engine("pulumi");
        process.env.SLIPWAY_PULUMI = "PATH";
        return;
    }
    isBuilding = true;
    await useTemporaryFolder();
    const build = join(__dirname, "..", "dist", "local", "toolchain", "main.js");
    spawn(process.execPath, [build, "pulumi"], { stdio: ["ignore", "ignore", "inherit"] });
};
module.exports.isBuilt = isBuilt;
