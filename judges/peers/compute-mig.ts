import { Disk } from "@pulumi/gcp/compute/disk";
import { RegionPerInstanceConfig } from "@pulumi/gcp/compute/regionPerInstanceConfig";
import { AutoscaledInstanceGroup } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple Example",
        hcl: 754,
        kind: "components",
        program: () => {
            new AutoscaledInstanceGroup("mig-test", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: 2,
            });
        },
    },
    {
        title: "Multiple Versions",
        hcl: 871,
        kind: "components",
        program: () => {
            const container = { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] };
            new AutoscaledInstanceGroup("mig-test", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                container,
                insecure: true,
                scaling: 3,
                canary: { template: { container }, split: { latest: 67, canary: 33 } },
            });
        },
    },
    {
        title: "Health Check and Autohealing Policies",
        hcl: 877,
        kind: "components",
        program: () => {
            new AutoscaledInstanceGroup("mig-test", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: 3,
                health: { port: 80, initialDelay: "30 seconds" },
            });
        },
    },
    {
        title: "Autoscaling",
        hcl: 891,
        kind: "components",
        program: () => {
            new AutoscaledInstanceGroup("mig-test", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: { min: 1, max: 3, cpu: 65, initialization: "30 seconds" },
            });
        },
    },
    {
        title: "Update Policy",
        hcl: 865,
        kind: "components",
        program: () => {
            new AutoscaledInstanceGroup("mig-test", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: 3,
                update: { surge: 1, minReady: "30 seconds" },
            });
        },
    },
    {
        title: "Stateful MIGs - MIG Config",
        hcl: 880,
        kind: "components",
        program: () => {
            new AutoscaledInstanceGroup("mig-test-2", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                machineType: "e2-small",
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: 1,
                disks: { "data-1": { size: "10 GB" } },
                statefulDisks: { "data-1": "keep" },
            });
        },
    },
    {
        title: "Stateful MIGs - Instance Config",
        hcl: 1049,
        kind: "raw",
        program: () => {
            const { group } = new AutoscaledInstanceGroup("mig-test", {
                zones: ["europe-west1-b"],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                machineType: "e2-small",
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: 1,
                disks: { "data-1": { size: "10 GB" } },
            });
            const disk = new Disk("test-data-1", { size: 10, type: "pd-balanced", zone: "europe-west1-b" });
            new RegionPerInstanceConfig("instance-1", {
                regionInstanceGroupManager: group.name,
                name: "instance-1",
                preservedState: {
                    disks: [{ deviceName: "data-1", source: disk.id }],
                    metadata: { foo: "bar" },
                },
            });
        },
    },
    {
        title: "Flexible MIGs",
        hcl: 1144,
        kind: "components",
        program: () => {
            new AutoscaledInstanceGroup("mig-test", {
                machineTypes: [
                    ["n2-standard-8", "n2-standard-16"],
                    ["c4-highcpu-8", "c4-highcpu-16"],
                ],
                network: { network: "apps", subnet: "apps" },
                tags: ["http-server", "ssh"],
                // Fabric's template has this type, from which C4 machines do not boot: all of the group are N2.
                bootDisk: { type: "pd-balanced" },
                allowUnlisted: true,
                container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                insecure: true,
                scaling: 3,
                update: { type: "opportunistic", surge: 0, unavailable: 3 },
            });
        },
    },
];
