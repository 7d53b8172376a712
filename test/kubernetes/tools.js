const tools = [
    "kubernetes",
    "etcd",
    "kwok",
    "metrics-server",
    "crds",
    "pulumi-resource-kubernetes",
    "buildkit",
    "pulumi-resource-docker-build",
    "cloud-sql-proxy",
];

/** Builds what clusters and images of this machine are made with, beside what every deployment needs: minutes, once a machine. */
module.exports = async () => {
    await require("../toolchain")();
    const { install } = require("../../dist/toolchain");
    for (const tool of tools) {
        await install(tool, (line) => console.error(line));
    }
};
