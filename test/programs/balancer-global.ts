import { CloudRunService, LoadBalancer, ServerlessFunction, StorageBucket } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const one = new CloudRunService("one", {
    image,
    regions: ["europe-west1", "us-central1"],
    ingress: "load-balancer",
    public: true,
});
const two = new ServerlessFunction("two", {
    entryPoint: "predict",
    source: "./predict",
    trigger: { http: { public: true, ingress: "load-balancer" } },
});
const pages = new StorageBucket("pages", { upload: "./models", location: "EU" });
export const front = new LoadBalancer("front", {
    domains: ["shop.acme.com", "api.acme.com"],
    ipv6: true,
    minTlsVersion: "1.3",
    httpRedirect: false,
    logging: false,
    securityPolicy: true,
    routes: {
        "/*": one,
        "api.acme.com/*": { service: two, rewrite: "/v2/" },
        "/docs/*": { bucket: pages, rewrite: "/" },
    },
    labels: { team: "web" },
});
