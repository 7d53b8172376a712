const { chmodSync } = require("node:fs");
const { join } = require("node:path");

const tools = [
    "kubernetes",
    "etcd",
    "kwok",
    "metrics-server",
    "crds",
    "pulumi-resource-kubernetes",
    "buildkit",
    "pulumi-resource-docker-build",
];

/** Builds what clusters and images of this machine are made with, beside what every deployment needs: minutes, once a machine. */
module.exports = async () => {
    await require("../toolchain")();
    const { install } = require("../../dist/toolchain");
    for (const tool of tools) {
        await install(tool, (line) => console.error(line));
    }
    // npm makes it so where it installs the package, and the compiler does not: kubeconfigs by token call it.
    chmodSync(join(__dirname, "..", "..", "dist", "local", "main.js"), 0o755);
};
