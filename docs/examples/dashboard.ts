import { CloudRunService, Dashboard, PubSubSubscription, PubSubTopic } from "slipway";

const sales = new PubSubTopic("sales");
new PubSubSubscription("store", { topic: sales, pull: {} });
new CloudRunService("web", {
    image: "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    uses: { SALES: sales.publisher },
});

export const dashboard = new Dashboard("platform").url;
