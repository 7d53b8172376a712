import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    CloudSqlInstance,
    ComposerEnvironment,
    type ComposerEnvironmentArgs,
    Network,
    PubSubTopic,
    Secret,
    StorageBucket,
} from "slipway";
import { GkeCluster } from "slipway/gke";
import { iamClient, apps as network, routeBy, subnetwork } from "../databaseClient";
import { folderOf } from "../folders";
import { type Options, registered, registeredOptions, registeredOutputs, registeredWhole } from "../registered";
import { bare, config, environment, scoring, withConfig, workloads } from "./environments";

const software = { imageVersion: "composer-3-airflow-2.11.1" };
/** The options of a registered resource. */
const optionsOf = (whole: { options: Record<string, object> }, key: string) => whole.options[key] as Options;

const subnetworkIn = (region: string) => `projects/acme-dev/regions/${region}/subnetworks/apps`;

const key = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/scoring";

test("a bare environment is small and private, with its own account and bucket", async () => {
    expect(await scoring()).toEqual(bare);
});

test("in production it is larger, and highly resilient", async () => {
    expect(await scoring({}, "production")).toEqual(
        withConfig({
            environmentSize: "ENVIRONMENT_SIZE_MEDIUM",
            resilienceMode: "HIGH_RESILIENCE",
            workloadsConfig: {
                scheduler: { count: 2, cpu: 1, memoryGb: 4, storageGb: 1 },
                dagProcessor: { count: 2, cpu: 2, memoryGb: 8, storageGb: 1 },
                triggerer: { count: 2, cpu: 1, memoryGb: 2 },
                webServer: { cpu: 2, memoryGb: 8, storageGb: 1 },
                worker: { minCount: 2, maxCount: 6, cpu: 2, memoryGb: 8, storageGb: 10 },
            },
        }),
    );
});

test.each([
    ["development", undefined],
    ["production", true],
] as const)(
    "in %s the environment waits for the roles of its account and of Composer's service agent",
    async (kind, protect) => {
        const provider = "Provider dev";
        const parent = "ComposerEnvironment scoring";
        const apis = ["Service composer", "Service iam", "Service storage"];
        expect(await registeredOptions(() => new ComposerEnvironment("scoring"), { kind })).toEqual({
            "ComposerEnvironment scoring": { provider },
            "Account scoring-run": { parent, provider, after: apis },
            "Bucket scoring": { parent, provider, protect, after: apis },
            "IAMMember scoring-run-worker": { parent, provider, after: ["Account scoring-run", ...apis] },
            "Environment scoring": {
                parent,
                provider,
                protect,
                deleteBeforeReplace: true,
                after: [
                    "Account scoring-run",
                    "Bucket scoring",
                    "IAMMember composer-agent-serviceAgent",
                    "IAMMember scoring-run-worker",
                    ...apis,
                ],
            },
        });
    },
);

test("Composer's service agent gets its role, which is kept when the stack is destroyed", async () => {
    const whole = await registeredWhole(() => new ComposerEnvironment("scoring"), { environment: true });
    const grant = "IAMMember composer-agent-serviceAgent";
    expect(whole.inputs[grant]).toEqual({
        project: "acme-dev",
        role: "roles/composer.serviceAgent",
        member: "serviceAccount:service-123@cloudcomposer-accounts.iam.gserviceaccount.com",
    });
    expect(whole.options[grant]).toEqual({
        parent: "Environment dev",
        provider: "Provider dev",
        retainOnDelete: true,
        after: ["Service composer", "ServiceIdentity composer-agent"],
    });
});

test("the outputs of the component are the environment and its URL", async () => {
    expect(await registeredOutputs(() => new ComposerEnvironment("scoring"))).toEqual({
        "ComposerEnvironment scoring": {
            environment: { resource: "Environment scoring" },
            airflowUri: "https://1a2b3c-dot-europe-west1.composer.googleusercontent.com",
        },
    });
});

const options: [string, ComposerEnvironmentArgs, object][] = [
    [
        "a build",
        { version: "composer-3-airflow-2.11.1-build.14" },
        { softwareConfig: { imageVersion: "composer-3-airflow-2.11.1-build.14" } },
    ],
    [
        "Airflow 3",
        { version: "composer-3-airflow-3.3.1" },
        { softwareConfig: { imageVersion: "composer-3-airflow-3.3.1" } },
    ],
    [
        "another size",
        { size: "large" },
        {
            environmentSize: "ENVIRONMENT_SIZE_LARGE",
            workloadsConfig: {
                scheduler: { count: 2, cpu: 1, memoryGb: 8, storageGb: 1 },
                dagProcessor: { count: 2, cpu: 4, memoryGb: 16, storageGb: 1 },
                triggerer: { count: 1, cpu: 1, memoryGb: 4 },
                webServer: { cpu: 2, memoryGb: 8, storageGb: 1 },
                worker: { minCount: 3, maxCount: 12, cpu: 4, memoryGb: 16, storageGb: 10 },
            },
        },
    ],
    [
        "the largest size",
        { size: "extra-large" },
        {
            environmentSize: "ENVIRONMENT_SIZE_EXTRA_LARGE",
            workloadsConfig: {
                scheduler: { count: 2, cpu: 1, memoryGb: 8, storageGb: 1 },
                dagProcessor: { count: 3, cpu: 8, memoryGb: 32, storageGb: 1 },
                triggerer: { count: 1, cpu: 1, memoryGb: 4 },
                webServer: { cpu: 4, memoryGb: 16, storageGb: 1 },
                worker: { minCount: 4, maxCount: 24, cpu: 8, memoryGb: 32, storageGb: 10 },
            },
        },
    ],
    [
        "disks of workloads",
        {
            workloads: {
                scheduler: { diskSize: "2 GB" },
                dagProcessor: { diskSize: "3 GB" },
                webServer: { diskSize: "4 GB" },
                worker: { diskSize: "20 GB" },
            },
        },
        {
            workloadsConfig: {
                ...workloads,
                scheduler: { ...workloads.scheduler, storageGb: 2 },
                dagProcessor: { ...workloads.dagProcessor, storageGb: 3 },
                webServer: { ...workloads.webServer, storageGb: 4 },
                worker: { ...workloads.worker, storageGb: 20 },
            },
        },
    ],
    [
        "a range of workers",
        { workloads: { worker: { scaling: { min: 2, max: 9 }, cpu: 1, memory: "1 GB" } } },
        {
            workloadsConfig: {
                ...workloads,
                worker: { ...workloads.worker, minCount: 2, maxCount: 9, cpu: 1, memoryGb: 1 },
            },
        },
    ],
    [
        "a fixed number of workers",
        { workloads: { worker: { scaling: 2 } } },
        { workloadsConfig: { ...workloads, worker: { ...workloads.worker, minCount: 2, maxCount: 2 } } },
    ],
    [
        "workloads in part",
        {
            workloads: {
                scheduler: { count: 2, cpu: 1 },
                worker: { scaling: { min: 5 }, memory: "4 GB" },
                triggerer: { count: 0 },
            },
        },
        {
            workloadsConfig: {
                ...workloads,
                scheduler: { ...workloads.scheduler, count: 2, cpu: 1 },
                triggerer: { ...workloads.triggerer, count: 0 },
                worker: { ...workloads.worker, minCount: 5, maxCount: 5, memoryGb: 4 },
            },
        },
    ],
    [
        "vCPUs, with the minimum memory for them",
        { workloads: { worker: { cpu: 4 }, dagProcessor: { cpu: 0.5, memory: "3 GB" } } },
        {
            workloadsConfig: {
                ...workloads,
                dagProcessor: { ...workloads.dagProcessor, cpu: 0.5, memoryGb: 3 },
                worker: { ...workloads.worker, cpu: 4, memoryGb: 4 },
            },
        },
    ],
    [
        "resilience",
        { resilience: "high" },
        {
            resilienceMode: "HIGH_RESILIENCE",
            workloadsConfig: {
                ...workloads,
                scheduler: { ...workloads.scheduler, count: 2 },
                dagProcessor: { ...workloads.dagProcessor, count: 2 },
                triggerer: { ...workloads.triggerer, count: 2 },
                worker: { ...workloads.worker, minCount: 2 },
            },
        },
    ],
    [
        "packages",
        { packages: { "scikit-learn": "==1.5.2", pandas: "" } },
        { softwareConfig: { ...software, pypiPackages: { "scikit-learn": "==1.5.2", pandas: "" } } },
    ],
    ["packages without the internet", { privateBuilds: true }, { enablePrivateBuildsOnly: true }],
    [
        "plain variables",
        { env: { LOG_LEVEL: pulumi.output("info"), API_KEY: pulumi.output("canary") } },
        { softwareConfig: { ...software, envVariables: { LOG_LEVEL: "info", API_KEY: "canary" } } },
    ],
    [
        "options of Airflow",
        { airflow: { "core-max_active_runs_per_dag": "1", "celery-worker_concurrency": "12" } },
        {
            softwareConfig: {
                ...software,
                airflowConfigOverrides: { "core-max_active_runs_per_dag": "1", "celery-worker_concurrency": "12" },
            },
        },
    ],
    [
        "another backend of secrets, without connections and variables",
        { airflow: { "secrets-backend": "acme.Backend" } },
        { softwareConfig: { ...software, airflowConfigOverrides: { "secrets-backend": "acme.Backend" } } },
    ],
    [
        "data lineage",
        { dataLineage: true },
        { softwareConfig: { ...software, cloudDataLineageIntegration: { enabled: true } } },
    ],
    [
        "no data lineage, also if the project has its API",
        { dataLineage: false },
        { softwareConfig: { ...software, cloudDataLineageIntegration: { enabled: false } } },
    ],
    [
        "allowed ranges for Airflow's web server",
        { webServerAccess: ["203.0.113.0/24", "203.0.114.7", "2001:db8::/32"] },
        {
            webServerNetworkAccessControl: {
                allowedIpRanges: [{ value: "203.0.113.0/24" }, { value: "203.0.114.7" }, { value: "2001:db8::/32" }],
            },
        },
    ],
    [
        "one allowed range",
        { webServerAccess: ["203.0.113.0/24"] },
        { webServerNetworkAccessControl: { allowedIpRanges: [{ value: "203.0.113.0/24" }] } },
    ],
    [
        "the web server open to all addresses",
        { webServerAccess: "everywhere" },
        { webServerNetworkAccessControl: { allowedIpRanges: [{ value: "0.0.0.0/0" }, { value: "::0/0" }] } },
    ],
    ["the internet", { internetAccess: true }, { enablePrivateEnvironment: false }],
    ["ranges of which none is set", { ranges: { internal: undefined, pods: undefined } }, {}],
    [
        "options of Airflow at their limits",
        { airflow: { "celery-worker_concurrency": "24", "core-dagbag_import_timeout": "0" } },
        {
            softwareConfig: {
                ...software,
                airflowConfigOverrides: { "celery-worker_concurrency": "24", "core-dagbag_import_timeout": "0" },
            },
        },
    ],
    [
        "the least and the most memory of a CPU",
        { workloads: { worker: { cpu: 4, memory: "4 GB" }, scheduler: { cpu: 1, memory: "8 GB" } } },
        {
            workloadsConfig: {
                ...workloads,
                worker: { ...workloads.worker, cpu: 4, memoryGb: 4 },
                scheduler: { ...workloads.scheduler, cpu: 1, memoryGb: 8 },
            },
        },
    ],
    [
        "an existing network",
        {
            network: {
                network: "projects/acme-dev/global/networks/apps",
                subnet: "projects/acme-dev/regions/europe-west1/subnetworks/apps",
            },
            ranges: { internal: "10.9.0.0/20" },
        },
        {
            nodeConfig: {
                ...config.nodeConfig,
                network: "projects/acme-dev/global/networks/apps",
                subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/apps",
                composerInternalIpv4CidrBlock: "10.9.0.0/20",
            },
        },
    ],
    [
        "maintenance windows",
        { maintenance: { window: { start: "22:00", duration: "7 hours", days: ["saturday", "sunday"] } } },
        {
            maintenanceWindow: {
                startTime: "2024-01-07T22:00:00Z",
                endTime: "2024-01-08T05:00:00Z",
                recurrence: "FREQ=WEEKLY;BYDAY=SU,SA",
            },
        },
    ],
    [
        "a maintenance window of four hours on every day",
        { maintenance: { window: { start: "02:00" } } },
        {
            maintenanceWindow: {
                startTime: "2024-01-07T02:00:00Z",
                endTime: "2024-01-07T06:00:00Z",
                recurrence: "FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH,FR,SA",
            },
        },
    ],
    [
        "the database retention",
        { databaseRetention: "60 days" },
        {
            dataRetentionConfig: {
                airflowMetadataRetentionConfigs: [{ retentionMode: "RETENTION_MODE_ENABLED", retentionDays: 60 }],
            },
        },
    ],
];

test.each(options)("an environment takes %s", async (_, args, more) => {
    expect(await scoring(args)).toEqual(withConfig(more));
});

test("it has the configured name, region and labels", async () => {
    const made = await scoring({ name: "nightly", region: "europe-west3", labels: { team: "scoring" } });
    expect([made["Environment scoring"], made["Bucket scoring"], made["Account scoring-run"]]).toEqual([
        {
            name: "nightly",
            region: "europe-west3",
            labels: { team: "scoring" },
            storageConfig: { bucket: "acme-dev-nightly-composer" },
            config: { ...config, nodeConfig: { serviceAccount: "nightly-run@acme-dev.iam.gserviceaccount.com" } },
        },
        {
            ...bare["Bucket scoring"],
            name: "acme-dev-nightly-composer",
            location: "europe-west3",
            labels: { team: "scoring" },
        },
        { accountId: "nightly-run", displayName: "Runs the DAGs of nightly" },
    ]);
});

test("a transform can change a child", async () => {
    const made = await scoring({
        transform: { environment: { labels: { a: "b" } }, bucket: { versioning: { enabled: true } } },
    });
    expect([made["Environment scoring"], made["Bucket scoring"]]).toEqual([
        { ...environment, labels: { a: "b" } },
        { ...bare["Bucket scoring"], versioning: { enabled: true } },
    ]);
});

test("a key encrypts the environment and its bucket, after the grants to both service agents", async () => {
    const program = () => new ComposerEnvironment("scoring", { encryptionKey: key });
    const whole = await registeredWhole(program, { environment: true });
    const grants = Object.keys(whole.inputs).filter((each) => each.startsWith("CryptoKeyIAMMember"));
    expect(grants).toEqual([
        "CryptoKeyIAMMember composer-agent-scoring-key-crypto-key-encrypter-decrypter",
        "CryptoKeyIAMMember storage-agent-scoring-key-crypto-key-encrypter-decrypter",
    ]);
    expect(whole.inputs["Environment scoring"]).toEqual({
        ...environment,
        config: { ...config, encryptionConfig: { kmsKeyName: key } },
    });
    expect(whole.inputs["Bucket scoring"]).toEqual({
        ...bare["Bucket scoring"],
        encryption: { defaultKmsKeyName: key },
    });
    for (const made of ["Environment scoring", "Bucket scoring"]) {
        expect(optionsOf(whole, made).after).toEqual(expect.arrayContaining(grants));
    }
});

test("Composer 2 is in the environment's own network, and its service agent has a role only on this account", async () => {
    const program = () =>
        new ComposerEnvironment("scoring", {
            version: "composer-2.17.9-airflow-2.11.1",
            ranges: { controlPlane: "172.20.0.0/28", pods: "10.64.0.0/17", services: "10.128.0.0/22" },
        });
    const whole = await registeredWhole(program, { environment: true });
    const { dagProcessor: _, ...others } = workloads;
    const shared = "projects/acme-dev/regions/europe-west1/subnetworks/slipway-dev-default";
    expect(whole.inputs["Environment scoring"]).toEqual({
        ...environment,
        config: {
            environmentSize: "ENVIRONMENT_SIZE_SMALL",
            resilienceMode: "STANDARD_RESILIENCE",
            softwareConfig: { imageVersion: "composer-2.17.9-airflow-2.11.1" },
            workloadsConfig: others,
            webServerNetworkAccessControl: config.webServerNetworkAccessControl,
            nodeConfig: {
                ...config.nodeConfig,
                network: "projects/acme-dev/global/networks/slipway-dev",
                subnetwork: shared,
                ipAllocationPolicy: { clusterIpv4CidrBlock: "10.64.0.0/17", servicesIpv4CidrBlock: "10.128.0.0/22" },
            },
            privateEnvironmentConfig: {
                connectionType: "PRIVATE_SERVICE_CONNECT",
                cloudComposerConnectionSubnetwork: shared,
                enablePrivateEndpoint: true,
                masterIpv4CidrBlock: "172.20.0.0/28",
            },
        },
    });
    const grant = "IAMMember composer-agent-scoring-run-extension";
    expect(whole.inputs[grant]).toEqual({
        serviceAccountId: "projects/acme-dev/serviceAccounts/scoring-run@acme-dev.iam.gserviceaccount.com",
        role: "roles/composer.ServiceAgentV2Ext",
        member: "serviceAccount:service-123@cloudcomposer-accounts.iam.gserviceaccount.com",
    });
    expect(optionsOf(whole, "Environment scoring").after).toEqual(
        expect.arrayContaining([grant, "Service container", "Service artifactregistry", "Service cloudbuild"]),
    );
});

test.each<[string, ComposerEnvironmentArgs["ranges"], object | undefined]>([
    ["no range", { pods: undefined }, undefined],
    ["a range of pods", { pods: "10.64.0.0/17" }, { clusterIpv4CidrBlock: "10.64.0.0/17" }],
    [
        "a range of Services",
        { internal: undefined, pods: undefined, services: "10.128.0.0/22" },
        { servicesIpv4CidrBlock: "10.128.0.0/22" },
    ],
])("Composer 2 with access to the internet has no private endpoint, and can have %s", async (_, ranges, policy) => {
    const made = await scoring({ version: "composer-2.17.9-airflow-2.11.1", internetAccess: true, ranges });
    const { config: own } = made["Environment scoring"] as typeof environment;
    expect(own).not.toHaveProperty("privateEnvironmentConfig");
    expect(own.nodeConfig).toEqual({
        ...config.nodeConfig,
        network: "projects/acme-dev/global/networks/slipway-dev",
        subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/slipway-dev-default",
        ...(policy && { ipAllocationPolicy: policy }),
    });
});

test("Composer 2 can have secondary ranges of its subnet, by their names", async () => {
    const network = { network: "apps", subnet: "apps", pods: "airflow-pods" };
    const version = "composer-2.17.9-airflow-2.11.1";
    const policyOf = async (args: ComposerEnvironmentArgs) => {
        const { config: own } = (await scoring({ version, internetAccess: true, ...args }))["Environment scoring"] as {
            config: { nodeConfig: { ipAllocationPolicy: object } };
        };
        return own.nodeConfig.ipAllocationPolicy;
    };
    expect(await policyOf({ network: { ...network, services: "airflow-services" } })).toEqual({
        clusterSecondaryRangeName: "airflow-pods",
        servicesSecondaryRangeName: "airflow-services",
    });
    expect(await policyOf({ network, ranges: { services: "10.128.0.0/22" } })).toEqual({
        clusterSecondaryRangeName: "airflow-pods",
        servicesIpv4CidrBlock: "10.128.0.0/22",
    });
});

test("the API of data lineage is enabled before the environment that reports it", async () => {
    const made = await registeredOptions(() => new ComposerEnvironment("scoring", { dataLineage: true }));
    expect(made["Environment scoring"]?.after).toContain("Service datalineage");
});

test("Composer 2 has none of Composer 3's limits of Airflow's options, and CPUs in quarters", async () => {
    const made = await scoring({
        version: "composer-2.17.9-airflow-2.11.1",
        airflow: { "celery-worker_concurrency": "32" },
        workloads: { worker: { cpu: 0.75, memory: "2 GB" } },
    });
    expect(made["Environment scoring"]).toMatchObject({
        config: {
            softwareConfig: { airflowConfigOverrides: { "celery-worker_concurrency": "32" } },
            workloadsConfig: { worker: { cpu: 0.75, memoryGb: 2 } },
        },
    });
});

test.each([
    ["by its ID", network],
    ["that is known only at deployment", pulumi.output(network)],
])("an environment is in the network of its database %s", async (_, own) => {
    const made = await scoring({ uses: { SALES: iamClient("sales", { route: routeBy(own) }) } });
    expect(made["Environment scoring"]).toMatchObject({
        config: { nodeConfig: { ...config.nodeConfig, network, subnetwork } },
    });
});

test.each(["small", "medium", "large"] as const)("Composer 2 can be %s, in production too", async (size) => {
    const version = "composer-2.17.9-airflow-2.11.1";
    const made = await scoring({ version, size }, "production");
    const { workloadsConfig } = (made["Environment scoring"] as typeof environment).config as unknown as {
        workloadsConfig: typeof workloads;
    };
    // A scheduler of a large environment has 8 GB in Composer 3.
    expect(workloadsConfig.scheduler.memoryGb).toBe({ small: 2, medium: 4, large: 6.5 }[size]);
});

test("an environment is in the given subnet of the network of its database", async () => {
    const subnet = "projects/acme-dev/regions/europe-west1/subnetworks/dags";
    const route = { ...routeBy(), subnetworkIn: () => undefined };
    const made = await scoring({ uses: { SALES: iamClient("sales", { route }) }, network: { network, subnet } });
    expect(made["Environment scoring"]).toMatchObject({
        config: { nodeConfig: { ...config.nodeConfig, network, subnetwork: subnet } },
    });
});

test.each<[string, ComposerEnvironmentArgs]>([
    ["the network of its database", { uses: { SALES: iamClient("sales", { route: { ...routeBy(), subnetworkIn } }) } }],
    ["a given network", { network: { network, subnet: subnetworkIn("europe-west3") } }],
])("Composer 2 can be in another region than the stack, in %s", async (_, args) => {
    const made = await scoring({ version: "composer-2.17.9-airflow-2.11.1", region: "europe-west3", ...args });
    expect(made["Environment scoring"]).toMatchObject({
        region: "europe-west3",
        config: { nodeConfig: { network, subnetwork: subnetworkIn("europe-west3") } },
    });
});

test("workloads of Composer 2 can have half a GB of memory, and other parts of a GB of memory and disk", async () => {
    const made = await scoring({
        version: "composer-2.17.9-airflow-2.11.1",
        workloads: {
            triggerer: { cpu: 0.5, memory: "0.5 GB" },
            worker: { cpu: 0.5, memory: "0.6 GB", diskSize: "1.5 GB" },
        },
    });
    expect(made["Environment scoring"]).toMatchObject({
        config: { workloadsConfig: { triggerer: { memoryGb: 0.5 }, worker: { memoryGb: 0.6, storageGb: 1.5 } } },
    });
});

test("each file of the folders is an object, created after the environment", async () => {
    const folders = {
        dags: folderOf({
            "score.py": "import airflow\n",
            "lib/rules.py": "LIMIT = 3\n",
            "notes.md": "#",
            ".gcloudignore": "*.md\n",
        }),
        plugins: folderOf({ "hooks.py": "HOOK = 1\n" }),
        data: folderOf({ "countries.csv": "code\nde\n", ".airflowignore": "x" }),
    };
    const program = () => new ComposerEnvironment("scoring", folders);
    const object = (name: string, content: string, more = {}) => ({
        bucket: "acme-dev-scoring-composer",
        name,
        content: { secret: content },
        ...more,
    });
    const whole = await registeredWhole(program);
    expect(whole.inputs).toEqual({
        ...bare,
        "BucketObject scoring-dag-lib/rules.py": object("dags/lib/rules.py", "LIMIT = 3\n"),
        "BucketObject scoring-dag-score.py": object("dags/score.py", "import airflow\n"),
        "BucketObject scoring-plugin-hooks.py": object("plugins/hooks.py", "HOOK = 1\n"),
        "BucketObject scoring-data-.airflowignore": object("data/.airflowignore", "x"),
        "BucketObject scoring-data-countries.csv": object("data/countries.csv", "code\nde\n", {
            contentType: "text/csv; charset=utf-8",
        }),
    });
    expect(optionsOf(whole, "BucketObject scoring-dag-score.py").after).toEqual(
        expect.arrayContaining(["Bucket scoring", "Environment scoring"]),
    );
});

test("DAGs use buckets, topics, databases and clusters through variables, with a role on each", async () => {
    const program = () => {
        const customers = new StorageBucket("customers");
        const events = new PubSubTopic("events");
        const apps = new Network("apps");
        const database = new CloudSqlInstance("sales", { network: apps, databases: { sales: {} } });
        const cluster = new GkeCluster("pods", { network: apps });
        new ComposerEnvironment("scoring", {
            uses: {
                CUSTOMERS: customers.reader,
                EVENTS: events.publisher,
                DATABASE: database.client,
                CLUSTER: cluster.developer,
                TOKEN: new Secret("token").accessor,
            },
        });
    };
    const whole = await registeredWhole(program);
    const { config: made } = whole.inputs["Environment scoring"] as typeof environment;
    const variables = (made.softwareConfig as { envVariables?: Record<string, string> }).envVariables;
    expect(variables).toEqual({
        CUSTOMERS: "acme-dev-customers",
        EVENTS: "projects/acme-dev/topics/events",
        DATABASE: "postgresql://scoring-run%40acme-dev.iam@10.64.0.3:5432/sales?sslmode=require",
        DATABASE_INSTANCE: expect.stringMatching(/^acme-dev:europe-west1:sales-/),
        DATABASE_CA: "-----BEGIN CERTIFICATE-----",
        CLUSTER: expect.stringMatching(/^projects\/acme-dev\/locations\/europe-west1\/clusters\/pods-/),
        TOKEN: "projects/acme-dev/secrets/token/versions/1",
    });
    expect(made.nodeConfig).toEqual({
        ...config.nodeConfig,
        network: "projects/acme-dev/global/networks/apps",
        subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/apps-default",
    });
    const grants = [
        "BucketIAMMember scoring-customers-object-viewer",
        "TopicIAMMember scoring-events-publisher",
        "IAMMember scoring-sales-client",
        "IAMMember scoring-clusters-developer",
        "SecretIamMember scoring-token-secret-accessor",
    ];
    const member = "serviceAccount:scoring-run@acme-dev.iam.gserviceaccount.com";
    for (const grant of grants) {
        expect(whole.inputs[grant]).toMatchObject({ member });
        expect(optionsOf(whole, grant).parent).toBe("ComposerEnvironment scoring");
        expect(optionsOf(whole, "Environment scoring").after).toContain(grant);
    }
});

test.each([
    ["every day in a folder of its name", {}, "scoring", "0 4 * * *"],
    [
        "as often as asked, in another folder",
        { folder: "all/nightly", schedule: "30 5 * * 1" },
        "all/nightly",
        "30 5 * * 1",
    ],
])("snapshots are saved %s, in UTC", async (_, more, folder, cron) => {
    const made = await registered(
        () => new ComposerEnvironment("scoring", { snapshots: { bucket: new StorageBucket("backups"), ...more } }),
    );
    expect(made["Environment scoring"]).toMatchObject({
        config: {
            recoveryConfig: {
                scheduledSnapshotsConfig: {
                    snapshotLocation: `gs://acme-dev-backups/${folder}`,
                    snapshotCreationSchedule: cron,
                    timeZone: "UTC",
                },
            },
        },
    });
});

test("snapshots are saved to a bucket that the account can write to", async () => {
    const program = () => {
        const bucket = new StorageBucket("backups");
        new ComposerEnvironment("scoring", {
            snapshots: { bucket, schedule: { cron: "0 2 * * *", timeZone: "UTC+1" } },
        });
    };
    const made = await registered(program);
    expect(made["Environment scoring"]).toEqual({
        ...environment,
        config: {
            ...config,
            recoveryConfig: {
                scheduledSnapshotsConfig: {
                    enabled: true,
                    snapshotLocation: "gs://acme-dev-backups/scoring",
                    snapshotCreationSchedule: "0 2 * * *",
                    timeZone: "UTC+01",
                },
            },
        },
    });
    expect(made["BucketIAMMember scoring-backups-object-user"]).toEqual({
        bucket: "acme-dev-backups",
        role: "roles/storage.objectUser",
        member: "serviceAccount:scoring-run@acme-dev.iam.gserviceaccount.com",
    });
});

test("contacts alone are alerted about the environment and about failed runs", async () => {
    const of = (short: boolean) =>
        registered(() => {
            const oncall = new Alerts("oncall", { to: { email: "data@acme.com" } });
            new ComposerEnvironment("scoring", { alerts: short ? oncall : { to: oncall } });
        });
    const all = await of(true);
    expect(Object.keys(all).filter((key) => key.startsWith("AlertPolicy scoring")).length).toBeGreaterThan(1);
    expect(Object.keys(all)).toEqual(Object.keys(await of(false)));
});

test("a preview with unknown outputs registers the same resources", async () => {
    const program = () =>
        new ComposerEnvironment("scoring", {
            dags: folderOf({ "score.py": "import airflow\n" }),
            variables: { threshold: pulumi.output("0.7") },
            alerts: { others: { email: "data@acme.com" } },
            pools: { scoring: { slots: 4 } },
        });
    const [known, unknown] = [await registered(program), await registered(program, { preview: true })];
    expect(Object.keys(unknown)).toEqual(Object.keys(known));
});
