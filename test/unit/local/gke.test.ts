import { type ControlPlane, controlPlaneConfig } from "../../../lib/gke/controlPlane";
import { PartialFailure } from "../../../local/simulator/provider/partialFailure";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { findNetwork } from "../../../local/simulator/services/compute";
import { makeClusterNetwork } from "./examples/container";
import { type Made, refusalOf, World } from "./world";

const location = "europe-west1";
const parent = "projects/acme-dev/locations/europe-west1/clusters/main";
const error = (code: number, text: string, reason = "badRequest") => `googleapi: Error ${code}: ${text}, ${reason}`;

function prepared(): World {
    const world = new World();
    world.enable("container", "iam");
    makeClusterNetwork(world);
    return world;
}

/** A world that is created on demand: refused calls do not change it. */
function once(make: () => World): () => World {
    let world: World | undefined;
    return () => {
        world ??= make();
        return world;
    };
}

const untouched = once(prepared);

const standard = { name: "main", location, initialNodeCount: 1, deletionProtection: false };
const autopilot = { name: "main", location, enableAutopilot: true, deletionProtection: false };
const workloadIdentityConfig = { workloadPool: "acme-dev.svc.id.goog" };

const cluster = (world: World, inputs: Inputs = {}) => world.make("Cluster", { ...standard, ...inputs });
const pool = (world: World, inputs: Inputs = {}) =>
    world.make("NodePool", { name: "web", cluster: "main", location, nodeCount: 1, ...inputs });

/** The paths that replace the resource for a change. */
function replaced(world: World, made: Made, change: Inputs): string[] {
    const given = Object.entries(made.inputs).filter(([property]) => !made.inputs.__defaults.includes(property));
    const news = { ...Object.fromEntries(given), ...change, __defaults: undefined };
    const wanted = world.checked(made.token, news, { olds: made.inputs });
    return world.provider.diff(made.token, wanted, made.inputs, made.state).replaced;
}

describe("a cluster", () => {
    test("has the outputs that kubeconfigs, networks and identities need", () => {
        const { state, id } = cluster(prepared(), { workloadIdentityConfig });
        expect(id).toBe(parent);
        expect(state).toMatchObject({
            clusterIpv4Cidr: "10.4.0.0/14",
            masterVersion: "1.36.4-gke.1391002",
            network: "projects/acme-dev/global/networks/default",
            networkingMode: "VPC_NATIVE",
            nodeLocations: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
            nodePools: [{ name: "default-pool", nodeCount: 1, nodeConfig: { machineType: "e2-medium" } }],
            nodeVersion: "1.36.4-gke.1391002",
            releaseChannel: { channel: "REGULAR" },
            selfLink: `https://container.googleapis.com/v1beta1/${parent}`,
            servicesIpv4Cidr: "34.118.224.0/20",
            subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/default",
            workloadIdentityConfig,
        });
        expect(state.nodePools[0].instanceGroupUrls[0]).toMatch(
            /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/acme-dev\/zones\/europe-west1-b\/instanceGroupManagers\/gke-main-default-pool-[0-9a-f]{8}-grp$/,
        );
    });

    test("exists although its creation takes longer than the program waits", () => {
        const world = prepared();
        const token = "gcp:container/cluster:Cluster";
        const inputs = world.checked(token, standard);
        const create = (timeoutSeconds: number) =>
            world.provider.create(token, inputs, false, undefined, timeoutSeconds);
        expect(() => create(5)).toThrow(
            new PartialFailure(
                parent,
                {},
                "Error waiting for creating GKE cluster: timeout while waiting for state to become 'DONE' (last state: 'RUNNING', timeout: 5s)",
            ),
        );
        const { state } = world.provider.read(token, parent, {}) as { state: Inputs };
        world.provider.delete(token, parent, state);
        expect(create(1800).id).toBe(parent);
    });

    test("of Autopilot has a workload pool, Dataplane V2 and no visible node pools", () => {
        expect(prepared().make("Cluster", autopilot).state).toMatchObject({
            clusterAutoscaling: { enabled: true },
            datapathProvider: "ADVANCED_DATAPATH",
            enableShieldedNodes: true,
            nodePools: [],
            verticalPodAutoscaling: { enabled: true },
            workloadIdentityConfig,
        });
    });

    test("without a location is in the provider's region, or in its zone if it has no region", () => {
        const world = prepared();
        const anywhere = { ...standard, location: undefined };
        const make = (place: Inputs) => world.beside({ project: "acme-dev", ...place }).make("Cluster", anywhere).state;
        expect(refusalOf(() => make({}))).toBe(
            "Unable to determine location: region/zone not configured in resource/provider config",
        );
        expect(make({ zone: "europe-west1-b" })).toMatchObject({
            location: "europe-west1-b",
            nodeLocations: [],
            selfLink: "https://container.googleapis.com/v1beta1/projects/acme-dev/zones/europe-west1-b/clusters/main",
        });
        expect(make({ region: location, zone: "europe-west1-b" })).toMatchObject({ location });
    });

    test("must have an unused name", () => {
        const world = prepared();
        cluster(world);
        expect(refusalOf(() => cluster(world))).toBe(error(409, `Already exists: ${parent}.`, "alreadyExists"));
    });

    test("that is imported matches the program but for its labels, whatever the server has set", () => {
        const world = prepared();
        const { id, inputs, token } = cluster(world, { ipAllocationPolicy: { clusterIpv4CidrBlock: "/16" } });
        const found = world.provider.read(token, id, {});
        const before = world.provider.inputsOf(token, {}, found?.state ?? {});
        expect(before).toMatchObject({ networkingMode: "VPC_NATIVE", releaseChannel: { channel: "REGULAR" } });
        const { changed, replaced } = world.provider.diff(token, inputs, before, found?.state ?? {});
        expect([[...changed.keys()], replaced]).toEqual([["pulumiLabels.goog-pulumi-provisioned"], []]);
    });

    test("with other logs, metrics, notifications, names and limits is unchanged after a refresh", () => {
        const world = prepared();
        world.enable("pubsub");
        const topic = world.make("Topic", { name: "upgrades" }).id;
        const settings = {
            loggingConfig: { enableComponents: [] },
            monitoringConfig: { enableComponents: [], managedPrometheus: { enabled: false } },
            notificationConfig: { pubsub: { enabled: true, topic, filter: { eventTypes: ["UPGRADE_EVENT"] } } },
            dnsConfig: { clusterDns: "CLOUD_DNS", clusterDnsScope: "VPC_SCOPE", clusterDnsDomain: "gke.local" },
            enableFqdnNetworkPolicy: true,
            datapathProvider: "ADVANCED_DATAPATH",
            addonsConfig: { gkeBackupAgentConfig: { enabled: true } },
            clusterAutoscaling: {
                enabled: true,
                resourceLimits: [
                    { resourceType: "cpu", maximum: 48 },
                    { resourceType: "memory", maximum: 182 },
                ],
                autoProvisioningDefaults: {
                    imageType: "COS_CONTAINERD",
                    diskType: "pd-balanced",
                    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
                    management: { autoRepair: true, autoUpgrade: true },
                },
            },
        };
        const made = cluster(world, settings);
        expect(made.state).toMatchObject(settings);
        expect(world.changed(world.refreshed(made) as Made)).toEqual([]);
    });

    test.each<[string, ControlPlane, boolean]>([
        ["no IP endpoint, and private nodes", {}, true],
        ["no IP endpoint, and external nodes", {}, false],
        ["a private endpoint", { ipEndpoint: "private" }, true],
        ["a public endpoint, and private nodes", { ipEndpoint: "public", authorizedNetworks: {} }, true],
        ["a public endpoint, and external nodes", { ipEndpoint: "public", authorizedNetworks: {} }, false],
    ])("of a program with %s is unchanged after a refresh", (_, access, privateNodes) => {
        const world = prepared();
        const given = { ...standard, ...controlPlaneConfig(access, privateNodes) };
        const made = world.refreshed(cluster(world, given)) as Made;
        expect(world.changed(made, given)).toEqual([]);
    });

    test("without IP endpoints has a private endpoint, whatever is configured", () => {
        const { state } = cluster(prepared(), {
            controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } },
            privateClusterConfig: { enablePrivateEndpoint: false, masterGlobalAccessConfig: { enabled: true } },
        });
        expect(state.privateClusterConfig).toMatchObject({
            enablePrivateEndpoint: true,
            masterGlobalAccessConfig: { enabled: false },
        });
    });

    test("without its default pool has nodes whose versions are those of its pools", () => {
        const world = prepared();
        const made = cluster(world, { removeDefaultNodePool: true });
        const nodeVersion = "1.35.8-gke.1626001";
        expect(
            refusalOf(() => world.update(made, { ...standard, removeDefaultNodePool: true, nodeVersion })),
        ).toContain("node_version was updated but default-pool was not found.");
    });

    test("cannot be deleted with deletion protection, and is deleted with its node pools", () => {
        const world = prepared();
        const made = world.make("Cluster", { ...standard, deletionProtection: undefined });
        expect(refusalOf(() => world.remove(made))).toBe(
            "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
        );
        const inside = pool(world);
        world.remove(world.update(made, { ...standard }));
        expect(world.refreshed(made)).toBeUndefined();
        expect(world.refreshed(inside)).toBeUndefined();
        world.remove(inside);
    });

    test("prevents deletion of its network and its subnetwork", () => {
        const world = prepared();
        const network = world.make("Network", { name: "other", autoCreateSubnetworks: false });
        const subnetwork = world.make("Subnetwork", { name: "other", network: "other", ipCidrRange: "10.1.0.0/24" });
        const made = cluster(world, { network: "other", subnetwork: "other" });
        expect(refusalOf(() => world.remove(subnetwork))).toMatch(
            /already being used by 'projects\/acme-dev\/regions\/europe-west1\/addresses\/gke-main-[0-9a-f]{8}-pe', resourceInUseByAnotherResource$/,
        );
        expect(refusalOf(() => world.remove(network))).toContain("is already being used by ");
        world.remove(made);
        world.remove(subnetwork);
        world.remove(network);
        expect(findNetwork(world.cloud, "other", "acme-dev")).toBeUndefined();
    });

    test("creates the project's workload pool for Kubernetes service accounts, which is kept", () => {
        const world = prepared();
        world.account("predict");
        const serviceAccountId = "projects/acme-dev/serviceAccounts/predict@acme-dev.iam.gserviceaccount.com";
        const member = "serviceAccount:acme-dev.svc.id.goog[forecast/default]";
        const bind = () =>
            world.make("AccountIAMMember", { serviceAccountId, role: "roles/iam.workloadIdentityUser", member });
        expect(refusalOf(bind)).toContain("Identity Pool does not exist (acme-dev.svc.id.goog).");
        cluster(world);
        expect(refusalOf(bind)).toContain("Identity Pool does not exist (acme-dev.svc.id.goog).");
        world.remove(world.make("Cluster", { ...autopilot, name: "auto" }));
        expect(bind().state.member).toBe(member);
    });

    test.each<[string, Inputs, string[]]>([
        ["a label", { resourceLabels: { team: "forecast" } }, []],
        ["another network", { network: "private", subnetwork: "nodes" }, ["network", "subnetwork"]],
        ["the same network by its path", { network: "projects/acme-dev/global/networks/default" }, []],
        ["the mode", { enableAutopilot: true, initialNodeCount: undefined }, ["enableAutopilot", "initialNodeCount"]],
        ["a description", { description: "Forecasts" }, ["description"]],
        ["the release channel", { releaseChannel: { channel: "RAPID" } }, []],
        ["Dataplane V2", { datapathProvider: "ADVANCED_DATAPATH" }, ["datapathProvider"]],
        ["the machine type of the default pool", { nodeConfig: { machineType: "e2-standard-4" } }, []],
        ["the account of the default pool", { nodeConfig: { serviceAccount: "a@b" } }, ["nodeConfig.serviceAccount"]],
        ["the range of Pods by its size", { ipAllocationPolicy: { clusterIpv4CidrBlock: "/14" } }, []],
        [
            "another size of the range of Pods",
            { ipAllocationPolicy: { clusterIpv4CidrBlock: "/17" } },
            ["ipAllocationPolicy.clusterIpv4CidrBlock"],
        ],
    ])("with a change of %s", (_, change, expected) => {
        const world = prepared();
        expect(replaced(world, cluster(world), change)).toEqual(expected);
    });
});

describe("a cluster is refused", () => {
    const refusal = (inputs: Inputs, of: Inputs = standard) =>
        refusalOf(() => untouched().make("Cluster", { ...of, ...inputs }));

    test("without its API, or without its account's role", () => {
        expect(refusalOf(() => cluster(new World()))).toContain(
            "googleapi: Error 403: Kubernetes Engine API has not been used in project acme-dev before or it is disabled.",
        );
        const world = prepared();
        const agent = `serviceAccount:service-${world.number}@container-engine-robot.iam.gserviceaccount.com`;
        const project = "//cloudresourcemanager.googleapis.com/projects/acme-dev";
        world.cloud.iam.revoke(project, { role: "roles/container.serviceAgent", member: agent });
        expect(refusalOf(() => cluster(world))).toContain(
            "Error 400: Google Compute Engine: Required 'compute.networks.get' permission",
        );
    });

    test.each([
        ["a".repeat(41), '"name" cannot be longer than 40 characters'],
        [
            "Main",
            '"name" can only contain lowercase letters, numbers and hyphens\nname: "name" must start with a letter',
        ],
        ["1main", '"name" must start with a letter'],
        ["main-", '"name" must end with a number or a letter'],
    ])("with the name %s", (name, text) => {
        expect(refusal({ name })).toBe(`name: ${text}`);
    });

    test.each<[string, Inputs, string]>([
        ["in an unknown location", { location: "europe-west99" }, 'Location "europe-west99" does not exist.'],
        [
            "with zones of another region",
            { nodeLocations: ["us-east1-b"] },
            'Location "us-east1-b" does not exist in region "europe-west1".',
        ],
        [
            "with node auto-provisioning without limits",
            { clusterAutoscaling: { enabled: true } },
            "Resource limits for cpu, memory must be specified when enabling node autoprovisioning.",
        ],
        ["without nodes", { initialNodeCount: undefined }, "Cluster.initial_node_count must be greater than zero."],
        ["in a missing network", { network: "public" }, 'Project "acme-dev" has no network named "public".'],
        ["in a missing subnetwork", { network: "private" }, 'Network "private" requires specifying a subnetwork.'],
        [
            "in a subnetwork of another network",
            { subnetwork: "nodes" },
            'Subnetwork "nodes" does not exist in network "default", region "europe-west1".',
        ],
        [
            "with a missing range",
            { network: "private", subnetwork: "nodes", ipAllocationPolicy: { clusterSecondaryRangeName: "more" } },
            'Pod secondary range "more" not found in network "https://www.googleapis.com/compute/v1/projects/acme-dev/global/networks/private", subnetwork "nodes".',
        ],
        [
            "with one range for Pods and services",
            {
                network: "private",
                subnetwork: "nodes",
                ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "pods" },
            },
            "Pod secondary range name (pods) should not be the same as service secondary range name.",
        ],
        [
            "with another project's workload pool",
            { workloadIdentityConfig: { workloadPool: "acme-prod.svc.id.goog" } },
            'Invalid workload pool "acme-prod.svc.id.goog": the only supported workload pool is "acme-dev.svc.id.goog".',
        ],
        ["with an unknown version", { minMasterVersion: "1.18" }, 'No valid versions with the prefix "1.18" found.'],
        [
            "with a version that is no longer available",
            { minMasterVersion: "1.30.5-gke.1014003" },
            'Master version "1.30.5-gke.1014003" is unsupported.',
        ],
        [
            "with a version of another channel",
            { minMasterVersion: "1.36", releaseChannel: { channel: "STABLE" } },
            'Master version must be one of "STABLE" channel supported versions [1.34.10-gke.1328000, 1.34.11-gke.1056000, 1.35.6-gke.1250000].',
        ],
        [
            "with a missing account",
            { nodeConfig: { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" } },
            'Service account "gone@acme-dev.iam.gserviceaccount.com" does not exist.',
        ],
        [
            "with an unknown machine type",
            { nodeConfig: { machineType: "e2-standard-3" } },
            'Invalid machine type "e2-standard-3" in zone "europe-west1-b": GCE_NOT_FOUND',
        ],
        [
            "with a network policy on Dataplane V2",
            { networkPolicy: { enabled: true }, datapathProvider: "ADVANCED_DATAPATH" },
            "Enabling NetworkPolicy for clusters with DatapathProvider=ADVANCED_DATAPATH is not allowed.",
        ],
        [
            "with an open network to a private endpoint",
            {
                privateClusterConfig: { enablePrivateEndpoint: true, enablePrivateNodes: true },
                masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] },
            },
            'Invalid master authorized networks: network "0.0.0.0/0" is not a reserved network, which is required for private endpoints.',
        ],
        [
            "with two subnetworks for its control plane",
            { privateClusterConfig: { masterIpv4CidrBlock: "172.16.0.0/28", privateEndpointSubnetwork: "nodes" } },
            "When masterIpv4Cidr is set, privateEndpointSubnetwork must be unset.",
        ],
    ])("%s", (_, inputs, text) => {
        expect(refusal(inputs)).toBe(error(400, text));
    });

    test.each<[Inputs, string]>([
        [
            { removeDefaultNodePool: true },
            'removeDefaultNodePool: Conflicting configuration arguments. "remove_default_node_pool": conflicts with enable_autopilot',
        ],
        [
            { networkPolicy: { enabled: false } },
            'networkPolicy: Conflicting configuration arguments. "network_policy": conflicts with enable_autopilot',
        ],
        [
            { enableShieldedNodes: true },
            'enableShieldedNodes: Conflicting configuration arguments. "enable_shielded_nodes": conflicts with enable_autopilot',
        ],
        [{ location: "europe-west1-b" }, error(400, "Autopilot clusters must be regional clusters.")],
        [
            { releaseChannel: { channel: "UNSPECIFIED" } },
            error(400, "Autopilot clusters must be enrolled in a release channel."),
        ],
        [
            {
                clusterAutoscaling: {
                    autoProvisioningDefaults: { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" },
                },
            },
            error(400, 'Service account "gone@acme-dev.iam.gserviceaccount.com" does not exist.'),
        ],
    ])("of Autopilot with %j", (inputs, text) => {
        expect(refusal(inputs, autopilot)).toBe(text);
    });

    test.each<[Inputs, string]>([
        [
            { nodeVersion: "1.33", removeDefaultNodePool: true },
            "node_version can only be specified if remove_default_node_pool is not true",
        ],
        [
            { nodeVersion: "1.33", minMasterVersion: "1.34" },
            "Resource argument node_version (value: 1.33) must either be unset or set to the same value as min_master_version (value: 1.34) on create.",
        ],
        [{ nodeVersion: "1.34" }, "node_version and min_master_version must be set to equivalent values on create"],
        [
            { nodePools: [{ name: "web", namePrefix: "web", initialNodeCount: 1 }], initialNodeCount: undefined },
            "Cannot specify both name and name_prefix for a node_pool",
        ],
        [
            { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "10.0.0.1/8" }] } },
            "masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock: expected master_authorized_networks_config.0.cidr_blocks.0.cidr_block to contain a valid network Value, got 10.0.0.1/8",
        ],
        [
            { privateClusterConfig: { masterIpv4CidrBlock: "172.16.0.0/24" } },
            'privateClusterConfig.masterIpv4CidrBlock: expected "private_cluster_config.0.master_ipv4_cidr_block" to contain a network Value with between 28 and 28 significant bits, got: 24',
        ],
        [
            { releaseChannel: { channel: "FAST" } },
            'releaseChannel.channel: expected release_channel.0.channel to be one of ["UNSPECIFIED" "RAPID" "REGULAR" "STABLE" "EXTENDED"], got FAST',
        ],
    ])("by the provider itself with %j", (inputs, text) => {
        expect(refusal(inputs)).toBe(text);
    });
});

describe("maintenance", () => {
    const window = (recurrence: string, hours: number) => ({
        recurringWindow: {
            startTime: "2026-01-03T00:00:00Z",
            endTime: new Date(Date.UTC(2026, 0, 3, hours)).toISOString(),
            recurrence,
        },
    });
    const refusal = (maintenancePolicy: Inputs) => refusalOf(() => cluster(untouched(), { maintenancePolicy }));
    const tooLittle = error(
        400,
        "Error validating maintenance policy: maintenance policy would go longer than 92d without 48h maintenance availability of >=4h contiguous duration.",
    );

    test.each<[string, number]>([
        ["FREQ=DAILY", 4],
        ["FREQ=WEEKLY;BYDAY=SA", 4],
        ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", 4],
        ["FREQ=MONTHLY", 16],
        ["FREQ=MONTHLY;BYDAY=1SA,2SA,3SA,4SA", 12],
    ])("is sufficient with %s of %d hours", (recurrence, hours) => {
        const maintenancePolicy = window(recurrence, hours);
        expect(cluster(prepared(), { maintenancePolicy }).state).toMatchObject({ maintenancePolicy });
    });

    test.each<[string, number]>([
        ["FREQ=DAILY", 3],
        ["FREQ=WEEKLY;BYDAY=SA", 3],
        ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", 7],
        ["FREQ=MONTHLY", 15],
        ["FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15", 23],
    ])("is insufficient with %s of %d hours", (recurrence, hours) => {
        expect(refusal(window(recurrence, hours))).toBe(tooLittle);
    });

    test("requires a recurrence, an end after its start, and valid times", () => {
        expect(refusal(window("every Saturday", 6))).toBe(
            error(400, 'Invalid maintenance policy: recurrence "every Saturday" is not a valid RFC 5545 RRULE.'),
        );
        expect(refusal(window("FREQ=HOURLY", 6))).toContain("is not a valid RFC 5545 RRULE.");
        expect(refusal(window("FREQ=WEEKLY;BYDAY=SAT", 6))).toContain("is not a valid RFC 5545 RRULE.");
        expect(refusal(window("FREQ=DAILY", -4))).toContain("must be after its start time.");
        expect(refusal({ dailyMaintenanceWindow: { startTime: "3:00" } })).toBe(
            'maintenancePolicy.dailyMaintenanceWindow.startTime: "maintenance_policy.0.daily_maintenance_window.0.start_time" ("3:00") must be in the format HH:mm (RFC3339)',
        );
        expect(
            refusal({ recurringWindow: { ...window("FREQ=DAILY", 4).recurringWindow, startTime: "Saturday" } }),
        ).toBe(
            'maintenancePolicy.recurringWindow.startTime: parsing time "Saturday" as "2006-01-02T15:04:05Z07:00": cannot parse "Saturday"',
        );
        expect(refusal({ ...window("FREQ=DAILY", 4), dailyMaintenanceWindow: { startTime: "03:00" } })).toBe(
            'maintenancePolicy.dailyMaintenanceWindow: Invalid combination of arguments. "maintenance_policy.0.daily_maintenance_window": only one of `maintenance_policy.0.daily_maintenance_window,maintenance_policy.0.recurring_maintenance_window,maintenance_policy.0.recurring_window` can be specified, but `maintenance_policy.0.daily_maintenance_window,maintenance_policy.0.recurring_window` were specified.',
        );
        const exclusion = { exclusionName: "sale", startTime: "2026-11-20T00:00:00Z", endTime: "2026-11-10T00:00:00Z" };
        expect(refusal({ ...window("FREQ=DAILY", 4), maintenanceExclusions: [exclusion] })).toBe(
            error(400, 'Invalid maintenance exclusion "sale": the end time must be after the start time.'),
        );
    });

    test("can exclude all upgrades three times, for 90 days each, and some upgrades for longer", () => {
        const exclusion = { startTime: "2026-11-20T00:00:00Z", endTime: "2027-02-18T00:00:00Z" };
        const some = {
            ...exclusion,
            endTime: "2027-05-18T00:00:00Z",
            exclusionOptions: { scope: "NO_MINOR_UPGRADES" },
        };
        const policy = (...exclusions: Inputs[]) => ({
            ...window("FREQ=DAILY", 4),
            maintenanceExclusions: exclusions.map((each, index) => ({ ...each, exclusionName: `sale-${index}` })),
        });
        const maintenancePolicy = policy(exclusion, exclusion, exclusion, some);
        expect(cluster(prepared(), { maintenancePolicy }).state).toMatchObject({ maintenancePolicy });

        const long = { ...exclusion, endTime: "2027-02-18T00:00:01Z" };
        expect(refusal(policy(long))).toBe(
            error(400, 'Invalid maintenance exclusion "sale-0": it can exclude all upgrades for 90 days at most.'),
        );
        const tooMany = error(
            400,
            "Invalid maintenance policy: there can be 20 maintenance exclusions at most, and 3 that exclude all upgrades.",
        );
        expect(refusal(policy(exclusion, exclusion, exclusion, exclusion))).toBe(tooMany);
        // The provider's schema refuses more than 20 before a request.
        expect(refusal(policy(...Array.from({ length: 21 }, () => some)))).toMatch(
            /^maintenancePolicy\.maintenanceExclusions: Too many list items\. .* supports 20 item maximum, but config has 21 declared\.$/,
        );
    });
});

describe("a node pool", () => {
    function beside(inputs: Inputs = {}): World {
        const world = prepared();
        cluster(world, { removeDefaultNodePool: true, ...inputs });
        return world;
    }
    const besideAll = once(beside);
    const refusal = (inputs: Inputs, world = besideAll()) => refusalOf(() => pool(world, inputs));
    const creating = (text: string) => `error creating NodePool: ${error(400, text)}`;

    test("refers to a cluster's name or ID, and has the number of nodes in each zone", () => {
        const world = beside();
        expect(pool(world).id).toBe(`${parent}/nodePools/web`);
        const { id, state } = pool(world, {
            name: "more",
            cluster: parent,
            location: undefined,
            nodeLocations: ["europe-west1-b"],
        });
        expect(id).toBe(`${parent}/nodePools/more`);
        expect(state).toMatchObject({
            initialNodeCount: 1,
            location,
            nodeCount: 1,
            nodeLocations: ["europe-west1-b"],
            version: "1.36.4-gke.1391002",
        });
    });

    test("starts with at least the autoscaler's minimum, and keeps the current number", () => {
        const world = beside();
        const autoscaling = { totalMinNodeCount: 4, totalMaxNodeCount: 9 };
        const made = pool(world, { nodeCount: undefined, autoscaling });
        expect(made.state).toMatchObject({ nodeCount: 1, initialNodeCount: 0 });

        const name = `//container.googleapis.com/${made.id}`;
        const entry = world.cloud.store.read(name);
        world.cloud.store.write({ ...entry, state: { ...entry?.state, nodeCount: 3 } } as never);
        const refreshed = world.refreshed(made) as Made;
        expect(refreshed.state.nodeCount).toBe(3);
        expect(world.changed(refreshed)).toEqual([]);
        const updated = world.update(refreshed, {
            ...refreshed.inputs,
            autoscaling: { ...autoscaling, totalMaxNodeCount: 12 },
        });
        expect(updated.state).toMatchObject({ nodeCount: 3, autoscaling: { totalMaxNodeCount: 12 } });
    });

    test("is in its cluster's state after a refresh, which is no change", () => {
        const world = prepared();
        const made = cluster(world, { removeDefaultNodePool: true });
        expect(made.state.nodePools).toEqual([]);
        pool(world);
        const refreshed = world.refreshed(made) as Made;
        expect(refreshed.state.nodePools).toMatchObject([{ name: "web", nodeCount: 1 }]);
        expect(world.changed(refreshed)).toEqual([]);
    });

    test("with disks, a queue and mirrors of its own is unchanged after a refresh", () => {
        const world = prepared();
        cluster(world, { removeDefaultNodePool: true });
        const autoscaling = { totalMinNodeCount: 0, totalMaxNodeCount: 3, locationPolicy: "BALANCED" };
        const bootDisk = {
            diskType: "hyperdisk-balanced",
            sizeGb: 100,
            provisionedIops: 3000,
            provisionedThroughput: 140,
        };
        const nodeConfig = {
            machineType: "c3-standard-4",
            bootDisk,
            ephemeralStorageLocalSsdConfig: { localSsdCount: 1 },
            gvnic: { enabled: true },
            advancedMachineFeatures: { threadsPerCore: 1 },
            reservationAffinity: { consumeReservationType: "NO_RESERVATION" },
            containerdConfig: {
                registryHosts: [{ server: "docker.io", hosts: [{ host: "https://mirror.acme.com" }] }],
            },
        };
        const queuedProvisioning = { enabled: true };
        const made = pool(world, { nodeCount: undefined, autoscaling, queuedProvisioning, nodeConfig });
        expect(made.state).toMatchObject({ queuedProvisioning, nodeConfig });
        const refreshed = world.refreshed(made) as Made;
        expect(world.changed(refreshed)).toEqual([]);
    });

    test("must have an unused name, in an existing Standard cluster", () => {
        const world = beside();
        pool(world);
        expect(refusal({}, world)).toBe(`resource - ${parent}/nodePools/web - already exists`);
        expect(refusal({ cluster: "other" })).toBe(
            `error creating NodePool: ${error(404, "Not found: projects/acme-dev/locations/europe-west1/clusters/other.", "notFound")}`,
        );
        const auto = prepared();
        auto.make("Cluster", autopilot);
        expect(refusal({}, auto)).toBe(creating("Autopilot node pools cannot be accessed or modified."));
    });

    test.each<[string, Inputs, string]>([
        [
            "with an invalid name",
            { name: "Web" },
            'Invalid value for "node_pool.name": "Web". can only contain lowercase letters, numbers and hyphens',
        ],
        [
            "whose minimum is above its maximum",
            { autoscaling: { minNodeCount: 3, maxNodeCount: 2 } },
            'Node pool "web": the minimum number of nodes must not be greater than the maximum number of nodes.',
        ],
        [
            "with limits per zone and in total",
            { autoscaling: { minNodeCount: 1, totalMaxNodeCount: 2 } },
            'Node pool "web": autoscaling needs either max_node_count or total_max_node_count, and the minimum of the same kind.',
        ],
        [
            "in a zone of another region",
            { nodeLocations: ["us-east1-b"] },
            'Location "us-east1-b" does not exist in region "europe-west1".',
        ],
        [
            "with a queue that consumes reservations",
            { queuedProvisioning: { enabled: true } },
            "Queued_provisioning requires reservation affinity to be set to none",
        ],
        [
            "whose upgrade changes more than 20 nodes at a time",
            { upgradeSettings: { maxSurge: 20, maxUnavailable: 1 } },
            "Max surge and max unavailable together must not be greater than 20.",
        ],
        [
            "without repair in a channel",
            { management: { autoRepair: false } },
            "Auto_upgrade and auto_repair cannot be false when release_channel REGULAR is set.",
        ],
        [
            "newer than the control plane",
            { version: "1.37.1-gke.1552000" },
            'Node version "1.37.1-gke.1552000" must not have a greater minor version than master version "1.36.4-gke.1391002".',
        ],
        ["of an unknown version", { version: "1.18" }, 'Node version "1.18" is unsupported.'],
        [
            "with an invalid machine type",
            { nodeConfig: { machineType: "f1-micro" } },
            "Node pools of f1-micro machines are not supported due to insufficient memory.",
        ],
        [
            "of the default machines with accelerators",
            { nodeConfig: { guestAccelerators: [{ type: "nvidia-l4", count: 1 }] } },
            "Cannot use default machine type (e2-medium) with GPUs; choose a different machine type.",
        ],
        [
            "with an unknown accelerator",
            {
                nodeConfig: {
                    machineType: "n1-standard-4",
                    guestAccelerators: [{ type: "nvidia-tesla-k80", count: 1 }],
                },
            },
            'Accelerator type "nvidia-tesla-k80" does not exist in zone europe-west1-b.',
        ],
        [
            "with GKE's metadata server, but no identities",
            { nodeConfig: { workloadMetadataConfig: { mode: "GKE_METADATA" } } },
            "Workload metadata mode GKE_METADATA requires a workload pool of the cluster.",
        ],
        [
            "with a missing range",
            { networkConfig: { podRange: "more" } },
            'Pod secondary range "more" not found in network "projects/acme-dev/global/networks/default", subnetwork "projects/acme-dev/regions/europe-west1/subnetworks/default".',
        ],
    ])("%s is refused", (_, inputs, text) => {
        expect(refusal(inputs)).toBe(creating(text));
    });

    test("is refused by the provider itself", () => {
        expect(refusal({ initialNodeCount: 1 })).toBe(
            "Cannot set both initial_node_count and node_count on node pool web",
        );
        const blueGreenSettings = { standardRolloutPolicy: { batchNodeCount: 1 } };
        expect(refusal({ upgradeSettings: { blueGreenSettings } })).toBe(
            "Blue-green upgrade settings may not be changed when blue-green strategy is not enabled",
        );
        const surge = "Surge upgrade settings may not be changed when surge strategy is not enabled";
        const upgradeSettings = { strategy: "BLUE_GREEN", blueGreenSettings };
        expect(refusal({ upgradeSettings: { ...upgradeSettings, maxSurge: 2 } })).toBe(surge);
        const both = { ...blueGreenSettings, autoscaledRolloutPolicy: { waitForDrainDuration: "60s" } };
        expect(refusal({ upgradeSettings: { strategy: "BLUE_GREEN", blueGreenSettings: both } })).toBe(
            "`standard_rollout_policy` and `autoscaled_rollout_policy` cannot be set at the same time",
        );
        const world = beside();
        const made = pool(world, { upgradeSettings });
        const { name, cluster: of, nodeCount } = made.inputs;
        const changed = { name, cluster: of, nodeCount, location };
        const more = { ...upgradeSettings, maxUnavailable: 3 };
        expect(refusalOf(() => world.update(made, { ...changed, upgradeSettings: more }))).toBe(surge);
        expect(pool(world, { name: "none", initialNodeCount: 1, nodeCount: 0 }).id).toBe(`${parent}/nodePools/none`);
        expect(refusal({ nodeConfig: { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] } })).toBe(
            'nodeConfig.taints[0].effect: expected node_config.0.taints.0.effect to be one of ["NO_SCHEDULE" "PREFER_NO_SCHEDULE" "NO_EXECUTE"], got NoSchedule',
        );
    });

    test.each<[string, Inputs, string[]]>([
        ["the number of nodes", { nodeCount: 3 }, []],
        ["the machine type", { nodeConfig: { machineType: "e2-standard-8" } }, []],
        ["the account", { nodeConfig: { serviceAccount: "a@b" } }, ["nodeConfig.serviceAccount"]],
        ["spot machines", { nodeConfig: { spot: true } }, ["nodeConfig.spot"]],
        ["the limit of Pods", { maxPodsPerNode: 32 }, ["maxPodsPerNode"]],
        ["the zones", { nodeLocations: ["europe-west1-c"] }, []],
    ])("with a change of %s", (_, change, expected) => {
        const world = beside();
        expect(replaced(world, pool(world), change)).toEqual(expected);
    });
});
