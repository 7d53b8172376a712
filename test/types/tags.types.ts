import type * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Schedule, StorageBucket, TagKey } from "slipway";

const environment = new TagKey("environment", {
    name: "environment",
    description: "Environment",
    parent: { organization: "123456789012" },
    values: { prod: { description: "Production" }, dev: {} },
    allowedValues: "^[a-z]+$",
    firewall: "organization",
    transform: { key: {}, value: {} },
});
const existing = TagKey.existing("environment", { organization: "123456789012" });
new StorageBucket("models", { resourceManagerTags: { environment: environment.value("prod") } });
new PubSubTopic("sales", {
    resourceManagerTags: { one: existing.value("dev"), two: "tagValues/1", three: environment.id },
});
const id: pulumi.Output<string> = environment.value("prod").id;

// @ts-expect-error a key has one parent
new TagKey("environment", { parent: { organization: "123456789012", project: "acme-dev" } });
// @ts-expect-error tags are named
new StorageBucket("models", { resourceManagerTags: [environment.value("prod")] });
// @ts-expect-error a key is no value
new StorageBucket("models", { resourceManagerTags: { environment } });
// @ts-expect-error jobs of Cloud Scheduler take no tags
new Schedule("nightly", { resourceManagerTags: {} });

export { id };
