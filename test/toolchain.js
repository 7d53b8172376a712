/** Builds what the tests deploy with, once and with its progress shown, before the first of them waits for it. */
module.exports = async () => {
    const { pulumi } = require("../dist/toolchain");
    await pulumi({ pinned: true, report: (line) => line.startsWith("using ") || console.error(line) });
};
