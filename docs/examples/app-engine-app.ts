import { AppEngineApp, CloudSqlInstance, StorageBucket } from "slipway";

const models = new StorageBucket("models", { upload: "./models" });
const database = new CloudSqlInstance("shop", { publicAddress: true, network: false });

const app = new AppEngineApp("shop", {
    services: {
        default: {
            source: "./web",
            entrypoint: "gunicorn --bind :$PORT main:app",
            ingress: "all", // public
            handlers: [
                { url: "/static", staticDir: "static", expiration: "1 day" },
                { url: "/tasks/.*", script: "auto", login: "admin" },
            ],
            uses: { DATABASE: database.client },
            traffic: { split: { latest: 10, previous: 90 } }, // a canary, from the second version on
        },
        predictions: {
            flexible: true,
            ingress: "all",
            image: "europe-docker.pkg.dev/acme-images/apps/predictions@sha256:0f3b1a6cbe1de2c2bd6a51d3a5a1ac3fb4c2a1c4cbd1c5d9fcd6f2d9e8f1a2b3",
            uses: { MODELS: models.reader },
            health: "/ready",
        },
    },
    dispatch: [{ url: "*/predict/*", service: "predictions" }],
    cron: { retrain: { cron: "0 3 * * *", timeZone: "Europe/Berlin", path: "/tasks/retrain" } },
    domains: { "shop.acme.com": {} },
});

export const url = app.url;
