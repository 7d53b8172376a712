import * as pulumi from "@pulumi/pulumi";
import { ContainerRegistry, Network, PubSubTopic, ServiceAccount } from "slipway";
import { GkeCluster, type GkeClusterArgs, type StandardCluster } from "slipway/gke";
import { refused, registered, registeredOptions, registeredOutputs, unknown } from "../registered";

const fresh = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));
const email = "main-node@acme-dev.iam.gserviceaccount.com";
const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** The arguments of all clusters. */
const common = {
    name: fresh("main"),
    location: "europe-west1",
    controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: true },
        ipEndpointsConfig: { enabled: false },
    },
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
    deletionProtection: false,
    releaseChannel: { channel: "REGULAR" },
    network: "projects/acme-dev/global/networks/main",
    subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/main",
    ipAllocationPolicy: { clusterSecondaryRangeName: "pods" },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    anonymousAuthenticationConfig: { mode: "LIMITED" },
    rbacBindingConfig: {
        enableInsecureBindingSystemAuthenticated: false,
        enableInsecureBindingSystemUnauthenticated: false,
    },
    secretManagerConfig: { enabled: true },
    gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
    costManagementConfig: { enabled: true },
    loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] },
    resourceLabels: { environment: "dev" },
};
const autopilot = {
    ...common,
    enableAutopilot: true,
    clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount: email, oauthScopes: scopes } },
    nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
};
const nodeConfig = {
    imageType: "COS_CONTAINERD",
    serviceAccount: email,
    oauthScopes: scopes,
    resourceLabels: { environment: "dev" },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE", cpuCfsQuota: true },
};
const standard = {
    ...common,
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: { ...nodeConfig, diskType: "pd-standard" },
    nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
    clusterAutoscaling: {},
    workloadIdentityConfig: { workloadPool: "acme-dev.svc.id.goog" },
    networkingMode: "VPC_NATIVE",
    datapathProvider: "ADVANCED_DATAPATH",
    enableShieldedNodes: true,
    enableIntranodeVisibility: true,
    networkPolicy: { enabled: false },
    addonsConfig: {
        networkPolicyConfig: { disabled: true },
        httpLoadBalancing: { disabled: false },
        horizontalPodAutoscaling: { disabled: false },
        gcePersistentDiskCsiDriverConfig: { enabled: true },
        dnsCacheConfig: { enabled: true },
    },
    verticalPodAutoscaling: { enabled: true },
    monitoringConfig: {
        enableComponents: [
            "SYSTEM_COMPONENTS",
            "STORAGE",
            "HPA",
            "POD",
            "DAEMONSET",
            "DEPLOYMENT",
            "STATEFULSET",
            "CADVISOR",
            "KUBELET",
        ],
        managedPrometheus: { enabled: true },
    },
};
const around = {
    "Account main-node": { accountId: "main-node", displayName: "Nodes of the cluster main" },
    "IAMMember main-node": {
        project: "acme-dev",
        role: "roles/container.defaultNodeServiceAccount",
        member: `serviceAccount:${email}`,
    },
};
const network = {
    "Network main": { name: "main", autoCreateSubnetworks: false },
    "Subnetwork main": {
        name: "main",
        region: "europe-west1",
        network: "projects/acme-dev/global/networks/main",
        ipCidrRange: "10.0.0.0/20",
        secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.4.0.0/14" }],
        privateIpGoogleAccess: true,
        logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.5, metadata: "INCLUDE_ALL_METADATA" },
    },
    "Router main": { name: "main", region: "europe-west1", network: "projects/acme-dev/global/networks/main" },
    "RouterNat main": {
        name: "main",
        region: "europe-west1",
        router: "main",
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
    },
};
const others = { ...around, ...network, "Provider main": expect.anything() };
const pool = {
    name: fresh("default"),
    cluster: fresh("main"),
    location: "europe-west1",
    initialNodeCount: 1,
    autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 3, locationPolicy: "BALANCED" },
    management: { autoRepair: true, autoUpgrade: true },
    upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
    nodeConfig: { ...nodeConfig, machineType: "e2-standard-4" },
};
const nodePools = { default: { machineType: "e2-standard-4" } };

test("a bare cluster is an Autopilot cluster with its own network, and a DNS endpoint", async () => {
    expect(await registered(() => new GkeCluster("main"))).toEqual({ "Cluster main": autopilot, ...others });
});

test("a cluster with node pools is a Standard cluster, with only the nodes of these pools", async () => {
    expect(await registered(() => new GkeCluster("main", { nodePools }))).toEqual({
        "Cluster main": standard,
        "NodePool main-default": pool,
        ...others,
    });
});

const labels = Object.fromEntries(Array.from({ length: 63 }, (_, index) => [`label-${index}`, ""]));

const options: [string, GkeClusterArgs, object][] = [
    ["another channel", { releaseChannel: "STABLE" }, { releaseChannel: { channel: "STABLE" } }],
    [
        "only images that the project's policy allows",
        { binaryAuthorization: true },
        { binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" } },
    ],
    [
        "the groups of RBAC",
        { securityGroup: pulumi.output("gke-security-groups@acme.com") },
        { authenticatorGroupsConfig: { securityGroup: "gke-security-groups@acme.com" } },
    ],
    [
        "logs of the control plane",
        { controlPlaneLogs: ["APISERVER", "SCHEDULER"] },
        { loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER"] } },
    ],
    [
        "metrics of the control plane",
        { monitoring: { components: ["SYSTEM_COMPONENTS", "APISERVER"] } },
        {
            monitoringConfig: {
                enableComponents: ["SYSTEM_COMPONENTS", "APISERVER"],
                managedPrometheus: { enabled: true },
            },
        },
    ],
    ["FQDN network policies", { fqdnNetworkPolicy: true }, { enableFqdnNetworkPolicy: true }],
    [
        "access from Google Cloud",
        {
            controlPlane: {
                ipEndpoint: "public",
                dnsEndpoint: false,
                authorizedNetworks: {},
                googleCloudAccess: true,
            },
        },
        {
            controlPlaneEndpointsConfig: {
                dnsEndpointConfig: { allowExternalTraffic: false },
                ipEndpointsConfig: { enabled: true },
            },
            privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
            masterAuthorizedNetworksConfig: { cidrBlocks: [], gcpPublicCidrsAccessEnabled: true },
        },
    ],
    ["labels", { labels: { team: "forecast" } }, { resourceLabels: { environment: "dev", team: "forecast" } }],
    ["64 labels with that of the environment", { labels }, { resourceLabels: { environment: "dev", ...labels } }],
    [
        "a public address for some ranges",
        { controlPlane: { ipEndpoint: "public", authorizedNetworks: { office: "203.0.113.0/24" } } },
        {
            controlPlaneEndpointsConfig: {
                dnsEndpointConfig: { allowExternalTraffic: true },
                ipEndpointsConfig: { enabled: true },
            },
            privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
            masterAuthorizedNetworksConfig: {
                cidrBlocks: [{ cidrBlock: "203.0.113.0/24", displayName: "office" }],
                gcpPublicCidrsAccessEnabled: false,
            },
        },
    ],
    [
        "a private address, which only the nodes can access",
        { controlPlane: { ipEndpoint: "private", dnsEndpoint: false } },
        {
            controlPlaneEndpointsConfig: {
                dnsEndpointConfig: { allowExternalTraffic: false },
                ipEndpointsConfig: { enabled: true },
            },
            masterAuthorizedNetworksConfig: { cidrBlocks: [], privateEndpointEnforcementEnabled: true },
        },
    ],
    [
        "a maintenance window",
        { maintenance: { window: { start: "22:30", duration: "6 hours", days: ["SUNDAY", "SATURDAY"] } } },
        {
            maintenancePolicy: {
                recurringWindow: {
                    startTime: "2024-01-01T22:30:00Z",
                    endTime: "2024-01-02T04:30:00Z",
                    recurrence: "FREQ=WEEKLY;BYDAY=SA,SU",
                },
            },
        },
    ],
    [
        "a weekly maintenance window",
        { maintenance: { window: { start: "02:00", duration: "4 hours", days: ["SUNDAY"] } } },
        {
            maintenancePolicy: {
                recurringWindow: {
                    startTime: "2024-01-01T02:00:00Z",
                    endTime: "2024-01-01T06:00:00Z",
                    recurrence: "FREQ=WEEKLY;BYDAY=SU",
                },
            },
        },
    ],
    [
        "maintenance exclusions",
        { maintenance: { exclusions: { sale: { start: "2026-11-20T00:00:00Z", end: "2027-02-18T00:00:00Z" } } } },
        {
            maintenancePolicy: {
                recurringWindow: {
                    startTime: "2024-01-01T00:00:00Z",
                    endTime: "2024-01-02T00:00:00Z",
                    recurrence: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
                },
                maintenanceExclusions: [
                    {
                        exclusionName: "sale",
                        startTime: "2026-11-20T00:00:00Z",
                        endTime: "2027-02-18T00:00:00Z",
                        exclusionOptions: { scope: "NO_UPGRADES" },
                    },
                ],
            },
        },
    ],
];

test.each(options)("a cluster takes %s", async (_, args, inputs) => {
    expect(await registered(() => new GkeCluster("main", args))).toEqual({
        "Cluster main": { ...autopilot, ...inputs },
        ...others,
    });
});

test.each<
    [
        string,
        Partial<StandardCluster> & Pick<GkeClusterArgs, "logging" | "controlPlaneLogs" | "monitoring" | "backupAgent">,
        object,
    ]
>([
    ["no logs", { logging: false }, { loggingConfig: { enableComponents: [] } }],
    [
        "logs of the system",
        { logging: ["SYSTEM_COMPONENTS"], controlPlaneLogs: ["SCHEDULER"] },
        { loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "SCHEDULER"] } },
    ],
    [
        "no metrics",
        { monitoring: false },
        { monitoringConfig: { enableComponents: [], managedPrometheus: { enabled: false } } },
    ],
    [
        "no managed Prometheus",
        { monitoring: { prometheus: false } },
        { monitoringConfig: { ...standard.monitoringConfig, managedPrometheus: { enabled: false } } },
    ],
    ["Cloud DNS", { dns: {} }, { dnsConfig: { clusterDns: "CLOUD_DNS", clusterDnsScope: "CLUSTER_SCOPE" } }],
    [
        "Cloud DNS in its network",
        { dns: { scope: "VPC_SCOPE", domain: "gke.local" } },
        { dnsConfig: { clusterDns: "CLOUD_DNS", clusterDnsScope: "VPC_SCOPE", clusterDnsDomain: "gke.local" } },
    ],
    [
        "the backup agent",
        { backupAgent: true },
        { addonsConfig: { ...standard.addonsConfig, gkeBackupAgentConfig: { enabled: true } } },
    ],
    [
        "node auto-provisioning",
        { autoProvisioning: { cpu: 1, memory: "1 GB", gpu: { "nvidia-l4": 1 }, tpu: { "tpu-v6e-slice": 4 } } },
        {
            clusterAutoscaling: {
                enabled: true,
                resourceLimits: [
                    { resourceType: "cpu", maximum: 1 },
                    { resourceType: "memory", maximum: 1 },
                    { resourceType: "nvidia-l4", maximum: 1 },
                    { resourceType: "tpu-v6e-slice", maximum: 4 },
                ],
                autoProvisioningDefaults: {
                    serviceAccount: email,
                    oauthScopes: scopes,
                    imageType: "COS_CONTAINERD",
                    diskType: "pd-balanced",
                    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
                    management: { autoRepair: true, autoUpgrade: true },
                },
            },
        },
    ],
])("a Standard cluster takes %s", async (_, args, inputs) => {
    const all = { nodePools, ...args } as GkeClusterArgs;
    expect(await registered(() => new GkeCluster("main", all))).toEqual({
        "Cluster main": { ...standard, ...inputs },
        "NodePool main-default": pool,
        ...others,
    });
});

test("an Autopilot cluster takes the backup agent, after its API is enabled", async () => {
    const program = () => new GkeCluster("main", { backupAgent: true });
    expect((await registered(program))["Cluster main"]).toEqual({
        ...autopilot,
        addonsConfig: { gkeBackupAgentConfig: { enabled: true } },
    });
    expect((await registeredOptions(program))["Cluster main"]?.after).toContain("Service gkebackup");
});

test("the API of Cloud DNS is enabled before the cluster is created", async () => {
    const made = await registeredOptions(() => new GkeCluster("main", { nodePools, dns: {} }));
    expect(made["Cluster main"]?.after).toContain("Service dns");
});

test("GKE's service agent can publish notifications before the cluster is created", async () => {
    const program = () => {
        const topic = new PubSubTopic("upgrades");
        new GkeCluster("main", { notifications: { topic, events: ["UPGRADE_EVENT", "SECURITY_BULLETIN_EVENT"] } });
    };
    const made = await registered(program, { environment: true });
    expect(made["Cluster main"]).toEqual({
        ...autopilot,
        notificationConfig: {
            pubsub: {
                enabled: true,
                topic: "projects/acme-dev/topics/upgrades",
                filter: { eventTypes: ["UPGRADE_EVENT", "SECURITY_BULLETIN_EVENT"] },
            },
        },
    });
    const grant = "TopicIAMMember container-agent-upgrades-publisher";
    expect(made[grant]).toMatchObject({ role: "roles/pubsub.publisher" });
    expect((await registeredOptions(program))["Cluster main"]?.after).toContain(grant);
});

test("notifications of no events are refused", async () => {
    const program = () => new GkeCluster("main", { notifications: { topic: new PubSubTopic("upgrades"), events: [] } });
    expect(await refused(program, {}, ["Topic upgrades"])).toBe(
        'GkeCluster "main": notifications.events: must have an event (got []). Remove it for all events.',
    );
});

test("all events are notified of by default", async () => {
    const made = await registered(() => {
        new GkeCluster("main", { notifications: { topic: new PubSubTopic("upgrades") } });
    });
    expect(made["Cluster main"]).toMatchObject({
        notificationConfig: { pubsub: { enabled: true, topic: "projects/acme-dev/topics/upgrades" } },
    });
});

const shared = "workers@acme-dev.iam.gserviceaccount.com";
const nodeRole = "project-container-default-node-service-account";

test("clusters can share a service account of their nodes, which gets the role once", async () => {
    const made = await registered(() => {
        const account = new ServiceAccount("workers");
        new GkeCluster("main", { nodePools, account });
        new GkeCluster("other", { account }).pullsFrom(new ContainerRegistry("app"));
    });
    expect(made["Cluster main"]).toEqual({
        ...standard,
        nodeConfig: { ...nodeConfig, diskType: "pd-standard", serviceAccount: shared },
    });
    expect(made["NodePool main-default"]).toMatchObject({ nodeConfig: { serviceAccount: shared } });
    expect(made["Cluster other"]).toMatchObject({
        clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount: shared } },
    });
    const grants = Object.entries(made).filter(([key]) => /^(Account|IAMMember|RepositoryIamMember) /.test(key));
    expect(Object.fromEntries(grants)).toEqual({
        "Account workers": expect.anything(),
        [`IAMMember workers-${nodeRole}`]: {
            project: "acme-dev",
            role: "roles/container.defaultNodeServiceAccount",
            member: `serviceAccount:${shared}`,
        },
        "RepositoryIamMember workers-app-reader": expect.objectContaining({ member: `serviceAccount:${shared}` }),
    });
});

test("a node pool can have its own service account, which pulls the same images", async () => {
    const program = () => {
        const account = new ServiceAccount("workers");
        const pools = { ...nodePools, batch: { machineType: "e2-standard-4", account } };
        new GkeCluster("main", { nodePools: pools }).pullsFrom(new ContainerRegistry("app"));
    };
    const made = await registered(program);
    expect(made["NodePool main-default"]).toEqual(pool);
    expect(made["NodePool main-batch"]).toMatchObject({ nodeConfig: { serviceAccount: shared } });
    expect(made).toMatchObject({
        "IAMMember main-node": { member: `serviceAccount:${email}` },
        [`IAMMember workers-${nodeRole}`]: { member: `serviceAccount:${shared}` },
        "RepositoryIamMember main-node-app-reader": { member: `serviceAccount:${email}` },
        "RepositoryIamMember workers-app-reader": { member: `serviceAccount:${shared}` },
    });
    const options = await registeredOptions(program);
    expect(options["NodePool main-batch"]?.after).toContain(`IAMMember workers-${nodeRole}`);
    expect(options["RepositoryIamMember main-node-app-reader"]?.after).toContain(
        "RepositoryIamMember workers-app-reader",
    );
});

test("a configured region also applies to the network's subnet, and a configured name to the network", async () => {
    const made = await registered(() => new GkeCluster("main", { name: "sales", region: "europe-west4" }));
    expect(made["Cluster main"]).toEqual({
        ...autopilot,
        name: fresh("sales"),
        location: "europe-west4",
        network: "projects/acme-dev/global/networks/sales",
        subnetwork: "projects/acme-dev/regions/europe-west4/subnetworks/sales",
        clusterAutoscaling: {
            autoProvisioningDefaults: {
                serviceAccount: "sales-node@acme-dev.iam.gserviceaccount.com",
                oauthScopes: scopes,
            },
        },
    });
    expect(made["RouterNat main"]).toEqual({
        ...network["RouterNat main"],
        ...{ name: "sales", router: "sales" },
        region: "europe-west4",
    });
});

test("a long name is shortened to leave space for six digits", async () => {
    const long = "predictions-of-the-sales-of-the-coming-week";
    const made = await registered(() => new GkeCluster(long));
    const name = expect.stringMatching(/^predictions-of-the-sales-o-[0-9a-f]{6}-[0-9a-f]{6}$/);
    expect(made[`Cluster ${long}`]).toMatchObject({ name });
    expect(made[`Network ${long}`]).toMatchObject({
        name: expect.stringMatching(/^predictions-of-the-sales-o-[0-9a-f]{6}$/),
    });
});

test("nodes with external addresses need no Cloud NAT", async () => {
    const { "Router main": _, "RouterNat main": __, ...rest } = others;
    expect(await registered(() => new GkeCluster("main", { privateNodes: false }))).toEqual({
        "Cluster main": {
            ...autopilot,
            privateClusterConfig: { enablePrivateNodes: false, enablePrivateEndpoint: true },
        },
        ...rest,
    });
});

test("with external addresses of nodes and the control plane no private endpoint is set", async () => {
    const controlPlane = { ipEndpoint: "public", authorizedNetworks: {} } as const;
    const made = await registered(() => new GkeCluster("main", { privateNodes: false, controlPlane }));
    expect(made["Cluster main"]).toMatchObject({ privateClusterConfig: { enablePrivateNodes: false } });
    expect(made["Cluster main"]).not.toHaveProperty("privateClusterConfig.enablePrivateEndpoint");
});

test("names of networks can have 100 characters, names of exclusions 63", async () => {
    const [network, exclusion] = ["a".repeat(100), "b".repeat(63)];
    const sale = { start: "2026-11-20T00:00:00Z", end: "2026-12-02T00:00:00Z" };
    const args: GkeClusterArgs = {
        controlPlane: { ipEndpoint: "public", authorizedNetworks: { [network]: "203.0.113.0/24" } },
        maintenance: { exclusions: { [exclusion]: sale } },
    };
    expect((await registered(() => new GkeCluster("main", args)))["Cluster main"]).toMatchObject({
        masterAuthorizedNetworksConfig: { cidrBlocks: [{ displayName: network }] },
        maintenancePolicy: { maintenanceExclusions: [{ exclusionName: exclusion }] },
    });
});

test("the cluster's own network can have other ranges", async () => {
    const ranges = { nodes: "10.8.0.0/24", pods: "10.16.0.0/16", services: "10.9.0.0/20" };
    const made = await registered(() => new GkeCluster("main", { network: { ranges } }));
    expect(made["Subnetwork main"]).toEqual({
        ...network["Subnetwork main"],
        ipCidrRange: "10.8.0.0/24",
        secondaryIpRanges: [
            { rangeName: "pods", ipCidrRange: "10.16.0.0/16" },
            { rangeName: "services", ipCidrRange: "10.9.0.0/20" },
        ],
    });
    expect(made["Cluster main"]).toEqual({
        ...autopilot,
        ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
    });
});

test("the cluster's own network can have a proxy-only subnet, whose proxies reach the nodes", async () => {
    const made = await registered(() => new GkeCluster("main", { network: { ranges: { proxies: "10.129.0.0/23" } } }));
    const proxies = Object.fromEntries(Object.entries(made).filter(([key]) => key.endsWith(" main-proxies")));
    expect(proxies).toEqual({
        "Subnetwork main-proxies": {
            name: "main-proxies",
            region: "europe-west1",
            network: "projects/acme-dev/global/networks/main",
            ipCidrRange: "10.129.0.0/23",
            purpose: "REGIONAL_MANAGED_PROXY",
            role: "ACTIVE",
        },
        "Firewall main-proxies": {
            name: "main-proxies",
            network: "projects/acme-dev/global/networks/main",
            direction: "INGRESS",
            sourceRanges: ["10.129.0.0/23"],
            allows: [{ protocol: "tcp" }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        },
    });
});

test("an existing network is used unchanged", async () => {
    const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/apps";
    const existing = { network: pulumi.output("apps"), subnet: subnetwork };
    const all = { ...around, "Provider main": expect.anything() };
    expect(await registered(() => new GkeCluster("main", { network: existing }))).toEqual({
        "Cluster main": { ...autopilot, network: "apps", subnetwork, ipAllocationPolicy: {} },
        ...all,
    });
    const ranges = { pods: "pods-a", services: pulumi.output("services-a") };
    expect(await registered(() => new GkeCluster("main", { network: { ...existing, ...ranges } }))).toEqual({
        "Cluster main": {
            ...autopilot,
            network: "apps",
            subnetwork,
            ipAllocationPolicy: { clusterSecondaryRangeName: "pods-a", servicesSecondaryRangeName: "services-a" },
        },
        ...all,
    });
});

test.each<[string, string[], object, object]>([
    [
        "of the network of the program, by their names",
        ["services", "pods"],
        {},
        { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
    ],
    ["of the network of the program, as far as they exist", ["pods"], {}, { clusterSecondaryRangeName: "pods" }],
    [
        "that are named, before those of the network",
        ["services", "pods"],
        { pods: "mine" },
        { clusterSecondaryRangeName: "mine", servicesSecondaryRangeName: "services" },
    ],
    ["of another subnet, which must be named", ["services", "pods"], { subnet: "other" }, {}],
    ["of another subnet, if that of the network has none for pods", ["jobs"], { subnet: "other" }, {}],
    ["that are named, without pods among them", ["jobs"], { pods: "jobs" }, { clusterSecondaryRangeName: "jobs" }],
])("a cluster has the ranges %s", async (_, names, more, ipAllocationPolicy) => {
    const made = await registered(() => {
        const secondaryRanges = Object.fromEntries(names.map((name, index) => [name, `10.${index + 20}.0.0/16`]));
        const range = "10.8.0.0/20";
        const network = new Network("apps", { subnets: { apps: { region: "europe-west1", range, secondaryRanges } } });
        new GkeCluster("main", { network: { network, ...more } });
    });
    const { subnetwork, ...cluster } = made["Cluster main"] as Record<string, unknown>;
    expect(subnetwork).toMatch("subnet" in more ? /^other$/ : /\/subnetworks\/apps-apps$/);
    expect(cluster.ipAllocationPolicy).toEqual(ipAllocationPolicy);
});

test("exclusions of minor upgrades can be longer and more than those of all upgrades", async () => {
    const whole = { start: "2026-11-20T00:00:00Z", end: "2027-02-18T00:00:00Z" };
    const minor = { start: "2026-11-20T00:00:00Z", end: "2027-11-20T00:00:00Z", scope: "NO_MINOR_UPGRADES" } as const;
    const exclusions = { one: whole, two: whole, three: whole, four: minor };
    const made = await registered(() => new GkeCluster("main", { maintenance: { exclusions } }));
    expect(made["Cluster main"]).toMatchObject({
        maintenancePolicy: {
            maintenanceExclusions: ["NO_UPGRADES", "NO_UPGRADES", "NO_UPGRADES", "NO_MINOR_UPGRADES"].map((scope) =>
                expect.objectContaining({ exclusionOptions: { scope } }),
            ),
        },
    });
});

test("GKE's service agent can use the key before the cluster is created", async () => {
    const encryptionKey = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/clusters";
    const program = () => new GkeCluster("main", { encryptionKey });
    const grant = "CryptoKeyIAMMember container-agent-main-key-crypto-key-encrypter-decrypter";
    const made = await registered(program, { environment: true });
    expect(made["Cluster main"]).toEqual({
        ...autopilot,
        databaseEncryption: { state: "ENCRYPTED", keyName: encryptionKey },
    });
    expect(made[grant]).toMatchObject({ cryptoKeyId: encryptionKey });
    expect((await registeredOptions(program))["Cluster main"]?.after).toContain(grant);
});

const apis = ["Service compute", "Service container"];

test("the nodes' dependencies are created before them, and deleted after them", async () => {
    const made = await registeredOptions(() => new GkeCluster("main", { nodePools }));
    const child = { parent: "GkeCluster main", provider: "Provider dev" };
    expect(made).toEqual({
        "GkeCluster main": { provider: "Provider dev" },
        "Account main-node": { ...child, after: ["Service iam"] },
        "IAMMember main-node": { ...child, after: ["Account main-node", "Service cloudresourcemanager"] },
        // They wait for the APIs without a dependency, so that they are deleted last.
        "Network main": child,
        "Subnetwork main": { ...child, after: ["Network main"] },
        "Router main": { ...child, after: ["Network main", ...apis] },
        "RouterNat main": { ...child, after: ["Router main", ...apis] },
        "Cluster main": {
            ...child,
            deleteBeforeReplace: false,
            ignoreChanges: ["name", "initialNodeCount", "nodeConfig"],
            replacementTrigger: "main",
            after: [
                "Account main-node",
                "IAMMember main-node",
                "Network main",
                "RouterNat main",
                ...apis,
                "Subnetwork main",
            ],
        },
        "NodePool main-default": {
            ...child,
            deleteBeforeReplace: false,
            ignoreChanges: ["name", "initialNodeCount"],
            replacementTrigger: "default",
            after: ["Account main-node", "Cluster main", ...apis],
        },
        "Provider main": { parent: "GkeCluster main", after: ["Cluster main", "NodePool main-default"] },
    });
});

test("in production Pulumi and the provider refuse to delete the cluster, and its node pools are larger", async () => {
    const program = () => new GkeCluster("main", { nodePools });
    const made = await registered(program, { kind: "production" });
    expect(made["Cluster main"]).toEqual({ ...standard, deletionProtection: true });
    expect(made["NodePool main-default"]).toEqual({
        ...pool,
        initialNodeCount: 1,
        autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 30, locationPolicy: "BALANCED" },
    });
    expect((await registeredOptions(program, { kind: "production" }))["Cluster main"]?.protect).toBe(true);
    const off = await registered(program, { kind: "production", config: { "slipway:protection": "off" } });
    expect(off["Cluster main"]).toEqual(standard);
});

test("Binary Authorization's API is enabled before the cluster is created", async () => {
    const made = await registeredOptions(() => new GkeCluster("main", { binaryAuthorization: true }));
    expect(made["Cluster main"]?.after).toContain("Service binaryauthorization");
});

test("the nodes can pull the images of a registry with one grant on it", async () => {
    const made = await registered(() => {
        const cluster = new GkeCluster("main");
        const registry = new ContainerRegistry("app");
        expect(cluster.pullsFrom(registry)).toBe(cluster.pullsFrom(registry));
        cluster.pullsFrom(new ContainerRegistry("other"));
    });
    const of = (repository: string) => ({
        project: "acme-dev",
        location: "europe-west1",
        repository,
        role: "roles/artifactregistry.reader",
        member: `serviceAccount:${email}`,
    });
    expect(made).toMatchObject({
        "RepositoryIamMember main-node-app-reader": of("app"),
        "RepositoryIamMember main-node-other-reader": of("other"),
    });
});

test("a cluster provides its mode, workload pool, network and the dependencies of pods", async () => {
    await registered(async () => {
        const bare = new GkeCluster("main");
        const { mode, workloadPool, network: made, ready } = new GkeCluster("full", { nodePools });
        expect([bare.mode, bare.nodePools, mode]).toEqual(["autopilot", {}, "standard"]);
        expect(Object.keys(made ?? {})).toEqual(["network", "subnetwork", "router", "nat"]);
        expect(bare.ready).toEqual([bare.cluster]);
        expect(ready).toHaveLength(2);
        const pool = await new Promise((resolve) => workloadPool.apply(resolve));
        expect(pool).toBe("acme-dev.svc.id.goog");
    });
});

test("a preview with unknown outputs does not know the cluster's location", async () => {
    const made = await registered(() => new GkeCluster("main"), { preview: true });
    expect(made["Provider main"]).toEqual({
        kubeconfig: unknown,
        clusterIdentifier: unknown,
        enableServerSideApply: "true",
    });
    expect(Object.keys(made)).toEqual(Object.keys(await registered(() => new GkeCluster("main"))));
});

test("the outputs are the cluster and its kubeconfig", async () => {
    expect(await registeredOutputs(() => new GkeCluster("main"))).toEqual({
        "GkeCluster main": { cluster: { resource: "Cluster main" }, kubeconfig: expect.any(String) },
    });
});

const parts: [keyof NonNullable<GkeClusterArgs["transform"]>, string, object][] = [
    ["cluster", "Cluster main", { description: "changed" }],
    ["nodePool", "NodePool main-default", { version: "1.34.1-gke.1" }],
    ["nodeAccount", "Account main-node", { description: "changed" }],
    ["nodeGrant", "IAMMember main-node", { role: "roles/container.nodeServiceAccount" }],
    ["network", "Network main", { mtu: 1500 }],
    ["subnetwork", "Subnetwork main", { description: "changed" }],
    ["router", "Router main", { description: "changed" }],
    ["nat", "RouterNat main", { minPortsPerVm: 128 }],
    ["provider", "Provider main", { context: "other" }],
];

/** The registered resources, without random suffixes of names. */
const repeatable = (made: Record<string, object>): Record<string, object> =>
    JSON.parse(JSON.stringify(made).replaceAll(/-[0-9a-f]{6}\b/g, "-random"));

test.each(parts)("%s of a cluster changes only %s", async (part, key, changes) => {
    const program = (transform?: object) => () => new GkeCluster("main", { nodePools, transform });
    const before = repeatable(await registered(program()));
    expect(repeatable(await registered(program({ [part]: changes })))).toEqual({
        ...before,
        [key]: { ...before[key], ...changes },
    });
});
