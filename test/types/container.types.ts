import * as pulumi from "@pulumi/pulumi";
import { ContainerRegistry, ServerlessFunction } from "slipway";
import type { ContainerCleanup } from "slipway/container";

const registry = new ContainerRegistry("app");
new ContainerRegistry("full", {
    name: pulumi.output("images"),
    location: "europe",
    immutableTags: false,
    cleanup: { keepCount: 3, untaggedOlderThan: "7 days", dryRun: true },
    vulnerabilityScanning: true,
    encryptionKey: pulumi.output("key"),
    description: "Images",
    labels: { team: "forecast" },
    transform: { repository: {}, grant: {} },
});
new ServerlessFunction("lists", {
    source: "./lists",
    trigger: { http: {} },
    uses: { READ: registry.reader, WRITE: registry.writer },
});
const url: pulumi.Output<string> = registry.url;
const cleanup: ContainerCleanup = { untaggedOlderThan: false };

// @ts-expect-error: a registry has nothing to say of how it is read by all.
new ContainerRegistry("app", { public: true });

// @ts-expect-error: a cleanup that is on says which.
new ContainerRegistry("app", { cleanup: true });

// @ts-expect-error: an age has its unit.
new ContainerRegistry("app", { cleanup: { untaggedOlderThan: "30" } });

// @ts-expect-error: an option that there is not.
new ContainerRegistry("app", { cleanup: { keep: 3 } });

export { cleanup, url };
