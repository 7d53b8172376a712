import { AutoscaledInstanceGroup, CloudRunService, LoadBalancer, Network } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const network = new Network("inner", { subnets: { apps: { range: "10.8.0.0/20" } }, proxyOnlySubnets: true });
const web = new CloudRunService("web", { image, ingress: "load-balancer" });
const group = new AutoscaledInstanceGroup("vm", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    network,
    ports: { http: 8080, admin: 9000 },
    scaling: { min: 1, max: 3, cpu: 60 },
    health: { port: "http", path: "/" },
});
export const lb = new LoadBalancer("inner", {
    type: "regional-internal",
    network,
    insecure: true,
    logging: { sampling: 25 },
    routes: { "/*": web },
});
new LoadBalancer("out", {
    insecure: true,
    routes: { "/*": { group, port: "http", capacity: { requestsPerSecond: 0.5 } } },
});
