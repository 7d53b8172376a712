import { AppEngineApp, Network } from "slipway";

const net = new Network("gae", { subnets: { gae: { range: "10.0.0.0/20" } } });
new AppEngineApp("app", {
    region: "europe-west1",
    services: {
        default: {
            source: "./web",
            entrypoint: "gunicorn --bind :$PORT main:app",
            scaling: { max: 2, idleTimeout: "5 minutes" },
            instanceClass: "B2",
            ingress: "all",
        },
        api: {
            flexible: true,
            image: "europe-docker.pkg.dev/acme-images/apps/predictions@sha256:0f3b1a6cbe1de2c2bd6a51d3a5a1ac3fb4c2a1c4cbd1c5d9fcd6f2d9e8f1a2b3",
            network: net,
            resources: { cpu: 2, memory: "4 GiB" },
            scaling: 1,
            ingress: "all",
        },
    },
    dispatch: [{ url: "*/api/*", service: "api" }],
    firewall: { default: "deny" },
});
