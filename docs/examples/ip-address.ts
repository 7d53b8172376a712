import { IpAddress, LoadBalancer, Network, ServerlessFunction, VirtualMachine } from "slipway";

// Known to DNS and to the firewalls of others before anything has them.
const web = new IpAddress("web", { type: "global-external" });
const outbound = new IpAddress("outbound");

const network = new Network("apps", { nat: { addresses: [outbound] } });
const database = new IpAddress("database", { type: "regional-internal", network, address: "10.0.0.10" });
new VirtualMachine("database", { network, privateAddress: database });

const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true, ingress: "load-balancer" } },
});
new LoadBalancer("shop", { routes: { "/*": predict }, domains: "shop.acme.com", address: web, securityPolicy: true });

export const record = web.address;
export const allowlist = outbound.address;
