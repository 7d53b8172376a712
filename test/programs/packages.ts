import { CloudRunJob, ContainerRegistry, KmsKey, PackageRegistry, Secret } from "slipway";

// Registries of each format and mode, and what installs from them.
const image = "docker.io/acme/train@sha256:9999999999999999999999999999999999999999999999999999999999999999";
const key = new KmsKey("packages");
const wheels = new PackageRegistry("wheels", {
    format: "python",
    encryptionKey: key,
    description: "Wheels of the forecast",
    cleanup: {
        keep: 3,
        olderThan: "90 days",
        rules: { tools: { keep: 50, packages: ["tool-"] }, stable: { keep: "all", versions: ["1."] } },
        dryRun: true,
    },
});
const pypi = new PackageRegistry("pypi", { format: "python", remote: "pypi", cleanup: { olderThan: "30 days" } });
const python = new PackageRegistry("python", { format: "python", upstreams: [wheels, pypi] });
new CloudRunJob("train", { image, uses: { PIP_INDEX_URL: python.reader, PUBLISH_URL: wheels.writer } });

const password = new Secret("npm-token");
const credentials = { username: "acme", password };
new PackageRegistry("npm", {
    format: "npm",
    remote: { source: "npmjs", credentials },
    cleanup: { rules: { next: { olderThan: "1 day", tags: ["next"] } } },
});
const later = new Secret("go-token", { external: true });
new PackageRegistry("go", {
    format: "go",
    remote: { source: "https://go.acme.com", credentials: { username: "acme", password: later }, validation: false },
});

new PackageRegistry("jars", { format: "maven", maven: { versionPolicy: "snapshot", allowSnapshotOverwrites: true } });
new PackageRegistry("central", { format: "maven", region: "europe", remote: "maven-central" });
new PackageRegistry("debian", { format: "apt", remote: { source: "debian", path: "debian/dists/bookworm" } });
new PackageRegistry("rocky", { format: "yum", remote: { source: "rocky", path: "9/BaseOS/x86_64/os" } });
for (const format of ["apt", "generic", "go", "kfp", "npm", "ruby", "yum"] as const) {
    new PackageRegistry(`own-${format}`, { format });
}

const images = new ContainerRegistry("images", {
    immutableTags: false,
    cleanup: {
        taggedOlderThan: "180 days",
        rules: {
            releases: { keep: "all", tags: ["v"], packages: ["webapp", "mobile"] },
            tests: { olderThan: "7 days", tags: ["test-"] },
        },
    },
});
const hub = new PackageRegistry("hub", { format: "docker", remote: "docker-hub" });
new PackageRegistry("all-images", { format: "docker", upstreams: [images, hub] });
new PackageRegistry("near-images", { format: "docker", region: "us-central1", remote: images });
