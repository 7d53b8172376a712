import { AppEngineApp, LoadBalancer } from "slipway";

const app = new AppEngineApp("app", {
    services: {
        default: {
            source: "./web",
            entrypoint: "gunicorn --bind :$PORT main:app",
            ingress: "load-balancer",
        },
    },
});
export const lb = new LoadBalancer("app", { insecure: true, routes: { "/*": app } });
