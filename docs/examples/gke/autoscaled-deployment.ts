import { StorageBucket } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";

const cluster = new GkeCluster("main");
const models = new StorageBucket("models");

const echo = new AutoscaledDeployment("echo", {
    cluster,
    image: "ghcr.io/acme/echo@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    port: 8080,
    health: "/healthz",
    scaling: { min: 2, max: 5, cpu: 80 },
    uses: { MODELS: models.reader },
    expose: { loadBalancer: { public: true } },
});

export const url = echo.url;
