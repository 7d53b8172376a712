import { allow, PubSubTopic, StorageBucket, TagKey } from "slipway";

const data = new TagKey("data", {
    values: { personal: { description: "Contains personal data" }, public: {} },
});

const models = new StorageBucket("models", { resourceManagerTags: { data: data.value("public") } });
new PubSubTopic("customers", { resourceManagerTags: { data: data.value("personal") } });

allow(models.reader, "group:analysts@acme.com");
allow(data.viewer, "group:analysts@acme.com");
