import { Network, NetworkLoadBalancer, ServiceAttachment, UnmanagedInstanceGroup, VirtualMachine } from "slipway";

const network = new Network("ledger", {
    subnets: {
        default: { range: "10.0.0.0/20" },
        consumers: { range: "10.0.16.0/24", purpose: "PRIVATE_SERVICE_CONNECT" },
    },
});
const machines = [new VirtualMachine("ledger", { network, zone: "europe-west1-b", startupScript: "./group/start.sh" })];
const target = new NetworkLoadBalancer("ledger", {
    type: "internal-passthrough",
    network,
    group: new UnmanagedInstanceGroup("ledger", { machines }),
    ports: [8080],
});

const { attachment } = new ServiceAttachment("ledger", { target, accept: { "acme-shop": 10 } });

// What the consumers connect to.
export const published = attachment.id;
