import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, ContainerRegistry } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { use } from "../../../lib/internal/access/capability";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

export function program(): void {
    const registry = new ContainerRegistry("images");
    new ContainerRegistry("all-images", {
        name: pulumi.output("all"),
        region: "europe",
        immutableTags: false,
        cleanup: { keep: 3, untaggedOlderThan: "7 days", dryRun: true },
        vulnerabilityScanning: true,
        encryptionKey: "projects/acme-dev/locations/europe/keyRings/data/cryptoKeys/secrets",
        description: pulumi.output("Images"),
        labels: { team: "forecast" },
    });
    new ContainerRegistry("kept-images", { cleanup: false, vulnerabilityScanning: false });
    new ContainerImage("tagged", { registry, tag: pulumi.output("1.4.0") });
    new ContainerImage("known", { registry, image: "team/known", digest: `sha256:${"0a".repeat(32)}` });
    new ContainerImage("built", { registry, source: "test/unit/container", build: { args: { RANGE: "20" } } });
    const elsewhere = new ContainerImage("elsewhere", {
        reference: pulumi.output(`ghcr.io/acme/predict:1@sha256:${"0b".repeat(32)}`),
    });
    elsewhere.ranBy(registry.repository);
    use("pushes", { READ: registry.reader, WRITE: registry.writer }, "serviceAccount:ci@acme-dev.example", {});
}

export const artifacts = "https://cloud.google.com/artifact-registry/docs/access-control";

export const sampleCalls: SampleCalls = {
    "ContainerRegistry.reader": {
        offer: () => new ContainerRegistry("offered").reader,
        source: artifacts,
        calls: [
            call("docker pull", "artifactregistry.repositories.downloadArtifacts"),
            call("ArtifactRegistryClient.list_docker_images", "artifactregistry.dockerimages.list"),
        ],
    },
    "ContainerRegistry.writer": {
        offer: () => new ContainerRegistry("offered").writer,
        source: artifacts,
        calls: [call("docker push", "artifactregistry.repositories.uploadArtifacts")],
    },
};

export const longestNames: LongestNames = {
    "artifactregistry/repository:Repository repositoryId": nameFormats.rows.artifactRegistryRepository.max,
    "gcp:artifactregistry/repository:Repository cleanupPolicies.id": "unlimited",
    "gcp:artifactregistry/repository:Repository description": "unlimited",
};

export const secretsElsewhere = { ContainerImage: "clusters/image.test.ts searches the layers of an image" };
