const { clusters, engine, python } = require("../requirements");

/** Installs the Debian packages that are missing, then builds every tool of `toolchain`: minutes, once a machine. */
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
