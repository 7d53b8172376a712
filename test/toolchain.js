const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { engine } = require("./requirements");

/**
 * Builds the pinned Pulumi with visible progress, before the first test waits for it. Without Go, the tests use the
 * Pulumi on PATH.
 */
module.exports = async () => {
    const { find } = require("../dist/toolchain/process");
    const { cache } = require("../dist/toolchain/places");
    const { key, read } = require("../dist/toolchain/tool");
    const { pulumi } = require("../dist/toolchain");
    if (!find("go") && !existsSync(join(cache(), `pulumi-${key(read("pulumi"))}`))) {
        engine("pulumi");
        process.env.SLIPWAY_PULUMI = "PATH";
    }
    await pulumi({ pinned: true, report: (line) => line.startsWith("using ") || console.error(line) });
};
