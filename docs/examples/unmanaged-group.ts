import { LoadBalancer, UnmanagedInstanceGroup, VirtualMachine } from "slipway";

const ports = { http: 8080 };
const east = new VirtualMachine("east", { zone: "europe-west1-b", startupScript: "./group/start.sh" });
const west = new VirtualMachine("west", { zone: "europe-west1-c", startupScript: "./group/start.sh" });

const shop = new LoadBalancer("shop", {
    domains: "shop.acme.com",
    routes: {
        "/*": {
            group: [
                new UnmanagedInstanceGroup("east", { machines: [east], ports }),
                new UnmanagedInstanceGroup("west", { machines: [west], ports }),
            ],
            health: "/healthz",
        },
    },
    securityPolicy: true,
});

export const url = shop.url;
