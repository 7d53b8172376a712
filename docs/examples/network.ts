import { Network, ServerlessFunction } from "slipway";

const apps = new Network("apps", {
    subnets: { apps: { range: "10.0.0.0/20" } },
    firewall: { inside: { allow: ["tcp:8080"], sources: { ranges: ["10.0.0.0/20"] }, targets: { tags: ["web"] } } },
});

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    network: apps,
});

export const network = apps.network.id;
