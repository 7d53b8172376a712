const { python } = require("../requirements");

/** Checks what the applications run with, before Pulumi is built. */
module.exports = async () => {
    python();
    await require("../toolchain")();
};
