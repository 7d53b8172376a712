import { IpAddress, type IpAddressArgs, LoadBalancer, Network, ServerlessFunction, VirtualMachine } from "slipway";

const network = new Network("apps");
const web = new IpAddress("web");
const full: IpAddressArgs = {
    type: "regional-internal",
    name: "db",
    region: "europe-west1",
    network: { network, subnet: "apps-default" },
    address: "10.0.0.5",
    purpose: "GCE_ENDPOINT",
    description: "…",
    labels: { team: "forecast" },
    transform: { address: { prefixLength: 32 } },
};
const db = new IpAddress("db", full);
new IpAddress("far", { region: "europe-west4", networkTier: "STANDARD" });
const shop = new IpAddress("shop", { type: "global-external", ipv6: true });
IpAddress.existing("web", { project: "acme-shared", region: "europe-west4", crossProject: "shared" });
IpAddress.existing("shop", { type: "global-external" });

new VirtualMachine("db", { network, publicAddress: web, privateAddress: db });
new Network("out", { nat: { addresses: [web, IpAddress.existing("other")] } });
const routes = { "/*": new ServerlessFunction("shop", { source: "./shop", trigger: { http: { public: true } } }) };
new LoadBalancer("shop", { routes, insecure: true, address: IpAddress.existing("shop"), ipv6: shop });

export const address = web.address.apply((ip) => ip.split("."));

// @ts-expect-error
new IpAddress("web", { type: "external" });
// @ts-expect-error
new IpAddress("web", { type: "global-external", region: "europe-west1" });
// @ts-expect-error
new IpAddress("web", { networkTier: "premium" });
// @ts-expect-error
new IpAddress("web", { address: "203.0.113.7" });
// @ts-expect-error
new IpAddress("db", { type: "regional-internal", network, purpose: "VPC_PEERING" });
// @ts-expect-error
new VirtualMachine("db", { privateAddress: "10.0.0.5" });
// @ts-expect-error
new LoadBalancer("shop", { routes, address: "203.0.113.7" });
