import { ComposerEnvironment, ServiceAccount } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Usage",
        hcl: 271,
        kind: "components",
        program: () => {
            new ComposerEnvironment("composer-env-test", {
                region: "us-central1",
                network: {
                    network: "projects/acme-network/global/networks/test-network",
                    subnet: "projects/acme-network/regions/us-central1/subnetworks/composer-subnet",
                },
                internetAccess: true,
            });
        },
    },
    {
        title: "Version",
        readme: "modules/create_environment_v2/README.md",
        hcl: 996,
        kind: "components",
        given: () => new ServiceAccount("composer"),
        program: () => {
            new ComposerEnvironment("test-composer-env", {
                version: "composer-2.17.9-airflow-2.11.1",
                region: "us-central1",
                account: ServiceAccount.existing("composer"),
                network: {
                    network: "projects/acme-network/global/networks/test-vpc",
                    subnet: "projects/acme-network/regions/us-central1/subnetworks/test-subnet",
                    pods: "test-subnet-pod-ip-name",
                    services: "test-subnet-service-ip-name",
                },
                size: "small",
                workloads: {
                    scheduler: { cpu: 0.5, memory: "1.875 GB", diskSize: "1 GB", count: 2 },
                    webServer: { cpu: 0.5, memory: "1.875 GB", diskSize: "1 GB" },
                    worker: { cpu: 0.5, memory: "1.875 GB", diskSize: "1 GB", scaling: { min: 2, max: 3 } },
                    triggerer: { cpu: 1, memory: "1 GB", count: 2 },
                },
            });
        },
    },
    {
        title: "Compatibility",
        readme: "modules/create_environment_v3/README.md",
        hcl: 813,
        kind: "components",
        given: () => new ServiceAccount("composer"),
        program: () => {
            new ComposerEnvironment("test-composer-env", {
                region: "us-central1",
                account: ServiceAccount.existing("composer"),
                network: {
                    network: "projects/acme-network/global/networks/test-vpc",
                    subnet: "projects/acme-network/regions/us-central1/subnetworks/test-subnet",
                },
                size: "small",
                workloads: {
                    scheduler: { cpu: 0.5, memory: "1 GB", diskSize: "1 GB", count: 2 },
                    dagProcessor: { cpu: 0.5, memory: "1 GB", diskSize: "1 GB", count: 2 },
                    webServer: { cpu: 1, memory: "3 GB", diskSize: "1 GB" },
                    worker: { cpu: 0.5, memory: "1 GB", diskSize: "1 GB", scaling: { min: 2, max: 3 } },
                    triggerer: { cpu: 1, memory: "1 GB", count: 2 },
                },
            });
        },
    },
];
