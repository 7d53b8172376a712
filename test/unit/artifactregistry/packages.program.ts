import * as pulumi from "@pulumi/pulumi";
import { CloudRunJob, ContainerRegistry, KmsKey, PackageRegistry, Secret } from "slipway";
import type { Answers } from "../everything";
import { crossProject } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import { image } from "../serving";
import { artifacts } from "./registry.program";

/** Registries of packages with every argument. */
export function program(): void {
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    const own = new PackageRegistry("own-packages", {
        format: "maven",
        name: pulumi.output("own"),
        region: "europe",
        description: pulumi.output("Jars"),
        labels,
        encryptionKey: new KmsKey("packages-key", { location: "europe" }),
        maven: { versionPolicy: "release", allowSnapshotOverwrites: false },
        cleanup: {
            keep: 5,
            olderThan: "30 days",
            dryRun: true,
            rules: {
                recent: { keep: 3, packages: ["com.acme"] },
                stable: { keep: "all", versions: ["1."], newerThan: "90 days" },
                tests: { olderThan: "1 day", packages: ["test"], versions: ["0."] },
            },
        },
        transform: { repository: { deletionPolicy: "PREVENT" } },
    });
    const credentials = { username: pulumi.output("acme"), password: new Secret("packages-token", { external: true }) };
    const cached = new PackageRegistry("cached-packages", {
        format: "maven",
        region: "europe",
        remote: { source: "https://jars.acme.com", credentials, validation: false },
    });
    new PackageRegistry("all-packages", {
        format: "maven",
        region: "europe",
        upstreams: [cached, own],
        insecure: true,
    });
    new PackageRegistry("debian-packages", { format: "apt", remote: { source: "ubuntu", path: "dists/noble" } });
    new PackageRegistry("npm-packages", {
        format: "npm",
        cleanup: { rules: { next: { olderThan: "1 day", tags: ["next"] }, all: { keep: "all", tags: "any" } } },
    });
    new ContainerRegistry("ruled-images", {
        cleanup: { rules: { untagged: { olderThan: "1 day", tags: "none", packages: ["test/"] } } },
    });
}

const packages = () => new PackageRegistry("packages", { format: "python" });

export const sampleCalls: SampleCalls = {
    "PackageRegistry.reader": {
        offer: () => packages().reader,
        source: artifacts,
        calls: [call("pip install", "artifactregistry.repositories.downloadArtifacts")],
    },
    "PackageRegistry.writer": {
        offer: () => packages().writer,
        source: artifacts,
        calls: [call("twine upload", "artifactregistry.repositories.uploadArtifacts")],
    },
};

/** Those that exist already. */
export function existing(): void {
    const shared = PackageRegistry.existing("existing-packages", { project: "acme-shared", region: "europe" });
    new PackageRegistry("beside-existing-packages", {
        format: "python",
        region: "europe",
        upstreams: [shared],
        crossProject,
    });
    new PackageRegistry("near-existing-packages", { format: "python", remote: shared, crossProject });
    new CloudRunJob("installs", { image, uses: { INDEX: shared.reader, URL: shared.writer }, crossProject });
}

/** What Google Cloud answers about them. */
export const answers: Answers = {
    getRepository: () => ({ format: "PYTHON" }),
};
