import { CloudRunWorkerPool, Network, PubSubSubscription, PubSubTopic } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const q = new PubSubSubscription("qqq", { topic: new PubSubTopic("qqq"), pull: {} });
const net = new Network("w", { subnets: { w: { range: "10.0.0.0/24" } } });
new CloudRunWorkerPool("w", {
    image,
    uses: { Q: q.subscriber },
    scaling: { min: 1, max: 4 },
    network: { network: net, egress: "all-traffic" },
    cpu: 2,
    memory: "1 GiB",
    labels: { a: "b" },
    description: "d",
});
new CloudRunWorkerPool("z", { image, scaling: 0, sidecars: { log: { image } } });
