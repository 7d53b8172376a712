import { LoadBalancer, ServerlessFunction, StorageBucket } from "slipway";

const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true, ingress: "load-balancer" } },
});
const assets = new StorageBucket("assets", { upload: "./models" });

const shop = new LoadBalancer("shop", {
    domains: "shop.acme.com",
    routes: {
        "/*": { service: predict, iap: false },
        "/static/*": { bucket: assets, rewrite: "/" },
        "/admin/*": { service: predict, iap: ["group:shop@acme.com"], backend: "admin" },
    },
    securityPolicy: true,
});

export const url = shop.url;
export const address = shop.address.address;
