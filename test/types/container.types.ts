import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, ContainerRegistry, PubSubTopic, ServerlessFunction } from "slipway";
import type { ContainerBuild, ContainerCleanup } from "slipway/artifactregistry";

const registry = new ContainerRegistry("app");
new ContainerRegistry("full", {
    name: pulumi.output("images"),
    region: "europe",
    immutableTags: false,
    cleanup: { keep: 3, untaggedOlderThan: "7 days", dryRun: true },
    vulnerabilityScanning: true,
    encryptionKey: pulumi.output("key"),
    description: "Images",
    labels: { team: "forecast" },
    transform: { repository: {}, cache: {}, grant: {} },
});
new ServerlessFunction("lists", {
    source: "./lists",
    trigger: { http: {} },
    uses: { READ: registry.reader, WRITE: registry.writer },
});
const url: pulumi.Output<string> = registry.url;
const cleanup: ContainerCleanup = { untaggedOlderThan: false };

// @ts-expect-error: a registry cannot be public.
new ContainerRegistry("app", { public: true });

// @ts-expect-error: a cleanup is an object.
new ContainerRegistry("app", { cleanup: true });

// @ts-expect-error: an age requires a unit.
new ContainerRegistry("app", { cleanup: { untaggedOlderThan: "30" } });

// @ts-expect-error: an unknown option.
new ContainerRegistry("app", { cleanup: { kept: 3 } });

const digest = "sha256:…";
const image = new ContainerImage("predict", { registry, tag: "1.4.0" });
new ContainerImage("range", { registry, image: "team/range", tag: pulumi.output("1.4.0") });
new ContainerImage("known", { registry, digest: pulumi.output(digest) });
new ContainerImage("other", { reference: `ghcr.io/acme/predict@${digest}` });
const reference: pulumi.Output<string> = image.reference;
const built = new ContainerImage("built", { registry, source: "./app" });
const rebuilt: pulumi.Output<string> | undefined = built.build?.contextHash;
new ContainerImage("full", {
    registry,
    image: "team/full",
    source: "./app",
    build: {
        dockerfile: "docker/Dockerfile",
        target: "serve",
        args: { BASE: built.reference, RANGE: "20" },
        platforms: ["linux/amd64", "linux/arm64"],
        secrets: { index: pulumi.secret("…") },
        cache: { ref: "ghcr.io/acme/cache:main", mode: "min" },
        builder: "fast",
    },
    transform: { image: { labels: { team: "forecast" } } },
});
const alone: ContainerBuild = { cache: false };
image.ranBy(new PubSubTopic("consumer").topic);

// @ts-expect-error: an image of a registry requires a tag or a digest.
new ContainerImage("predict", { registry });

// @ts-expect-error: tag and digest are exclusive.
new ContainerImage("predict", { registry, tag: "1.4.0", digest });

// @ts-expect-error: a tag requires a registry.
new ContainerImage("predict", { tag: "1.4.0" });

// @ts-expect-error: a reference contains its registry.
new ContainerImage("predict", { registry, reference: `ghcr.io/acme/predict@${digest}` });

// @ts-expect-error: a registry is a component.
new ContainerImage("predict", { registry: "europe-west1-docker.pkg.dev/acme-dev/app", tag: "1.4.0" });

// @ts-expect-error: a build and a tag are exclusive.
new ContainerImage("predict", { registry, source: "./app", tag: "1.4.0" });

// @ts-expect-error: a build requires a registry.
new ContainerImage("predict", { source: "./app" });

// @ts-expect-error: a platform requires an operating system.
new ContainerImage("predict", { registry, source: "./app", build: { platforms: ["arm64"] } });

// @ts-expect-error: a build requires at least one platform.
new ContainerImage("predict", { registry, source: "./app", build: { platforms: [] } });

// @ts-expect-error: a cache is an object.
new ContainerImage("predict", { registry, source: "./app", build: { cache: true } });

// @ts-expect-error: a build requires a context.
new ContainerImage("predict", { registry, build: { dockerfile: "Dockerfile" } });

// @ts-expect-error: an existing image has no child to transform.
new ContainerImage("predict", { registry, tag: "1.4.0", transform: { image: {} } });

// @ts-expect-error: `ranBy` requires a resource.
image.ranBy();

export { alone, cleanup, rebuilt, reference, url };
