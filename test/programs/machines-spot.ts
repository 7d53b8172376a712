import { Network, VirtualMachine } from "slipway";

new VirtualMachine("spot", {
    machineType: "c3-standard-4",
    spot: true,

    ssh: ["user:ana@acme.com"],
    sshAdmins: ["group:ops@acme.com"],
    personalAccounts: true,
    labels: { x: "y" },
});
new VirtualMachine("arm", {
    machineType: "t2a-standard-1",
    zone: "europe-west4-a",
    network: new Network("nl", { subnets: { nl: { region: "europe-west4", range: "10.9.0.0/24" } } }),
    image: { family: "debian-12-arm64", project: "debian-cloud" },
});
