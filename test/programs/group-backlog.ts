import { AutoscaledInstanceGroup, PubSubSubscription, PubSubTopic } from "slipway";

const t = new PubSubTopic("work");
const sub = new PubSubSubscription("work", { topic: t, pull: {} });
new AutoscaledInstanceGroup("workers", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    startupScript: "./group/start.sh",
    uses: { WORK: sub.subscriber },
    scaling: { min: 1, max: 10, backlog: { subscription: sub, perInstance: 50 } },
    zones: ["europe-west1-b", "europe-west1-c"],
});
