import { PubSubSubscription, PubSubTopic } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const c = new GkeCluster("auto", { releaseChannel: "RAPID", controlPlaneLogs: ["SCHEDULER"], backupAgent: true });
const sub = new PubSubSubscription("www", { topic: new PubSubTopic("www"), pull: {} });
new AutoscaledDeployment("work", {
    cluster: c,
    image,
    uses: { WORK: sub.subscriber },
    scaling: { min: 1, max: 5, backlog: { subscription: sub, perReplica: 10 } },
});
