import { ComposerEnvironment, type ComposerEnvironmentArgs } from "slipway";
import { registered } from "../registered";

const account = "scoring-run@acme-dev.iam.gserviceaccount.com";

/** The workloads of a small environment. */
export const workloads = {
    scheduler: { count: 1, cpu: 0.5, memoryGb: 2, storageGb: 1 },
    dagProcessor: { count: 1, cpu: 1, memoryGb: 4, storageGb: 1 },
    triggerer: { count: 1, cpu: 1, memoryGb: 2 },
    webServer: { cpu: 1, memoryGb: 4, storageGb: 1 },
    worker: { minCount: 1, maxCount: 3, cpu: 0.5, memoryGb: 2, storageGb: 10 },
};

/** The configuration of a bare environment of Composer 3 in development. */
export const config = {
    environmentSize: "ENVIRONMENT_SIZE_SMALL",
    resilienceMode: "STANDARD_RESILIENCE",
    softwareConfig: { imageVersion: "composer-3-airflow-2.11.1" },
    workloadsConfig: workloads,
    webServerNetworkAccessControl: {
        allowedIpRanges: [{ value: "10.0.0.0/8" }, { value: "172.16.0.0/12" }, { value: "192.168.0.0/16" }],
    },
    enablePrivateEnvironment: true,
    enablePrivateBuildsOnly: false,
    nodeConfig: { serviceAccount: account },
};

export const environment = {
    name: "scoring",
    region: "europe-west1",
    storageConfig: { bucket: "acme-dev-scoring-composer" },
    config,
};

/** All resources of a bare environment in development. */
export const bare = {
    "Account scoring-run": { accountId: "scoring-run", displayName: "Runs the DAGs of scoring" },
    "Bucket scoring": {
        name: "acme-dev-scoring-composer",
        location: "europe-west1",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
        forceDestroy: true,
    },
    "Environment scoring": environment,
    "IAMMember scoring-run-worker": {
        project: "acme-dev",
        role: "roles/composer.worker",
        member: `serviceAccount:${account}`,
    },
};

/** The resources of the environment `scoring` with these arguments. */
export function scoring(args?: ComposerEnvironmentArgs, kind?: "production"): Promise<Record<string, object>> {
    return registered(() => new ComposerEnvironment("scoring", args), { kind });
}

/** The same with other configuration in the environment, and additional resources. */
export const withConfig = (more: object, others: object = {}) => ({
    ...bare,
    "Environment scoring": { ...environment, config: { ...config, ...more } },
    ...others,
});
