import { CloudRunService, LoadBalancer, Network, ServerlessFunction } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const network = new Network("outer", { subnets: { apps: { range: "10.8.0.0/20" } }, proxyOnlySubnets: true });
const web = new CloudRunService("web", { image, ingress: "load-balancer", public: true });
const fn = new ServerlessFunction("fn", {
    entryPoint: "predict",
    source: "./predict",
    trigger: { http: { public: true, ingress: "load-balancer" } },
});
export const lb = new LoadBalancer("outer", {
    type: "regional-external",
    network,
    insecure: true,
    routes: {
        "/*": web,
        "/fn/*": { service: fn, rewrite: "/" },
        "api.acme.com/v1/*": { service: web, backend: "api" },
    },
});
