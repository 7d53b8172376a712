const { clusters, engine, python } = require("../requirements");

/** Installs missing Debian packages, then builds all tools of `local/toolchain`, which takes minutes once per machine. */
module.exports = async () => {
    clusters();
    python();
    engine();
    await require("../toolchain")();
    const { install, tools } = require("../../dist/local/toolchain");
    // Two at a time, because the largest packages of a tool keep one core busy; the provider of Kubernetes, which takes longest, is
    // the last by name.
    const left = tools();
    const build = async () => {
        for (let tool = left.pop(); tool; tool = left.pop()) {
            await install(tool, (line) => console.error(line));
        }
    };
    await Promise.all([build(), build()]);
};
