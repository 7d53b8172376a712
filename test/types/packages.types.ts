import type * as pulumi from "@pulumi/pulumi";
import { CloudRunJob, ContainerRegistry, PackageRegistry, Secret } from "slipway";

const own = new PackageRegistry("own", {
    format: "python",
    cleanup: { keep: 3, olderThan: "30 days", rules: { stable: { keep: "all", versions: ["1."] } } },
});
const pypi = new PackageRegistry("pypi", { format: "python", remote: "pypi" });
const all = new PackageRegistry("all", {
    format: "python",
    upstreams: [own, pypi, PackageRegistry.existing("shared")],
});
const images = new ContainerRegistry("images", {
    cleanup: { rules: { tests: { olderThan: "7 days", tags: "none" } } },
});
new PackageRegistry("images", { format: "docker", upstreams: [images, ContainerRegistry.existing("shared")] });
const password = new Secret("token");
const credentials = { username: "acme", password };
new PackageRegistry("ghcr", { format: "docker", remote: { source: "https://ghcr.io", credentials } });
new PackageRegistry("apt", { format: "apt", remote: { source: "debian", path: "debian/dists/bookworm" } });
new PackageRegistry("jars", { format: "maven", maven: { versionPolicy: "release" } });
new CloudRunJob("train", { image: "acme/train", uses: { INDEX: all.reader, PUBLISH: own.writer } });
const url: pulumi.Output<string> = all.indexUrl;

// @ts-expect-error: the format is required.
new PackageRegistry("own", {});

// @ts-expect-error: formats are in lower case.
new PackageRegistry("own", { format: "PYTHON" });

// @ts-expect-error: a source is a public repository, a URL or a registry.
new PackageRegistry("own", { format: "python", remote: "http://acme.com" });

new PackageRegistry("own", {
    format: "python",
    // @ts-expect-error: a password is a Secret.
    remote: { source: "pypi", credentials: { username: "a", password: "b" } },
});

// @ts-expect-error: upstreams are registries.
new PackageRegistry("own", { format: "python", upstreams: ["pypi"] });

// @ts-expect-error: the most recent versions are kept by package only.
new PackageRegistry("own", { format: "python", cleanup: { rules: { recent: { keep: 3, tags: ["a"] } } } });

// @ts-expect-error: a rule keeps or deletes.
new PackageRegistry("own", { format: "python", cleanup: { rules: { both: { keep: "all", olderThan: "1 day" } } } });

// @ts-expect-error: packages have one age, as not all formats have tags.
new PackageRegistry("own", { format: "python", cleanup: { untaggedOlderThan: "30 days" } });

export { url };
