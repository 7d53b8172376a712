import { Network, VirtualMachine } from "slipway";

const vm = new VirtualMachine("db", {
    machineType: "n2-standard-2",
    zone: "us-central1-a",
    network: new Network("us", { subnets: { us: { region: "us-central1", range: "10.5.0.0/24" } } }),
    image: { family: "ubuntu-2404-lts-amd64", project: "ubuntu-os-cloud" },
    metadata: { "user-data": "#cloud-config\npackages: [nginx]\n" },
    disks: { data: { size: "20 GB", type: "pd-ssd" } },
    tags: ["web"],
    schedule: { start: "0 8 * * 1-5", stop: "0 18 * * 1-5", timeZone: "Europe/Berlin" },
    snapshots: { retention: "14 days", at: "02:00" },
});
export const ip = vm.privateAddress;

// Their images have other names and larger boot disks than those of Linux.
new VirtualMachine("desktop", {
    image: { family: "windows-2022", project: "windows-cloud" },
    bootDisk: { size: "50 GB" },
});

const network = new Network("appliances", {
    subnets: { main: { range: "10.6.0.0/24", secondaryRanges: { services: "10.7.0.0/24" } } },
});
new VirtualMachine("gateway", {
    machineType: "n2-standard-2",
    description: "Forwards packets of other machines.",
    hostname: "gateway.acme.internal",
    advancedMachineFeatures: { nestedVirtualization: true, threadsPerCore: 1 },
    canIpForward: true,
    network: { network, nicType: "GVNIC", aliasRanges: { services: "10.7.0.16/28" } },
    bootDisk: { independent: true, snapshots: { every: "1 hour" } },
    disks: { cache: { snapshots: false }, orders: {} },
    snapshots: {},
});
