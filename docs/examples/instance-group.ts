import { AutoscaledInstanceGroup, LoadBalancer, StorageBucket } from "slipway";

const models = new StorageBucket("models");

// Two to ten machines by their load, five over Christmas, and never two fewer within ten minutes.
const web = new AutoscaledInstanceGroup("web", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    startupScript: "./group/start.sh",
    uses: { MODELS: models.reader },
    ports: { http: 8080 },
    health: "/healthz",
    scaling: {
        min: 2,
        max: 10,
        cpu: 80,
        loadBalancing: 80,
        predictive: true,
        schedules: { christmas: { from: "2026-12-20", to: "2027-01-02", timeZone: "Europe/Berlin", min: 5 } },
        scaleIn: { atMost: 1, every: "10 minutes" },
    },
});

const front = new LoadBalancer("front", {
    domains: "shop.acme.com",
    routes: { "/*": { group: web, capacity: { requestsPerSecond: 100 } } },
});

export const url = front.url;
