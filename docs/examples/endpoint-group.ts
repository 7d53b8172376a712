import { LoadBalancer, Network, NetworkEndpointGroup, VirtualMachine } from "slipway";

const network = new Network("shop");
const machine = new VirtualMachine("shop", { network, zone: "europe-west1-b", startupScript: "./group/start.sh" });

const shop = new LoadBalancer("shop", {
    domains: "shop.acme.com",
    routes: {
        "/*": { group: new NetworkEndpointGroup("shop", { machines: [machine], port: 8080 }), health: "/healthz" },
        // Servers that the network reaches by Cloud VPN or Cloud Interconnect.
        "/stock/*": new NetworkEndpointGroup("stock", {
            network,
            zone: "europe-west1-b",
            endpoints: ["10.200.0.5:8080", "10.200.0.6:8080"],
        }),
        // A service on the internet, cached.
        "/images/*": { group: new NetworkEndpointGroup("images", { internet: "images.acme.net" }), cdn: true },
    },
    securityPolicy: true,
});

export const url = shop.url;
