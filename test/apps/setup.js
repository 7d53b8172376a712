const { python } = require("../requirements");

/** Checks the requirements for running applications, before Pulumi is built. */
module.exports = async () => {
    python();
    await require("../toolchain")();
};
