const { clusters, engine, python } = require("../requirements");

/** Installs missing Debian packages, then builds all tools of `toolchain`, which takes minutes once per machine. */
module.exports = async () => {
    clusters();
    python();
    engine();
    await require("../toolchain")();
    const { install, tools } = require("../../dist/toolchain");
    for (const tool of tools()) {
        await install(tool, (line) => console.error(line));
    }
};
