import type { Inputs } from "../../../local/simulator/rules/rules";
import { code } from "./functionCode";
import { account, image, place, runWorld, serve } from "./runWorld";
import { refusalOf, upload, type World } from "./world";

const creating = "Error creating Service: googleapi: Error";
const violation = (field: string) => `400: Violation in CreateServiceRequest.service.${field}:`;

test("a service has its URLs, and runs as the default account", () => {
    const world = runWorld();
    const made = serve(world);
    expect(made).toMatchObject({
        id: "projects/acme-dev/locations/europe-west1/services/web",
        state: {
            ingress: "INGRESS_TRAFFIC_ALL",
            launchStage: "GA",
            uri: expect.stringMatching(/^https:\/\/web-[0-9a-v]{10}-ew\.a\.run\.app$/),
            urls: [`https://web-${world.number}.europe-west1.run.app`, made.state.uri],
            creator: "you@example.com",
            template: {
                serviceAccount: `${world.number}-compute@developer.gserviceaccount.com`,
                timeout: "300s",
                maxInstanceRequestConcurrency: 80,
                containers: [
                    {
                        ports: { name: "http1", containerPort: 8080 },
                        resources: { cpuIdle: true, limits: { cpu: "1000m", memory: "512Mi" } },
                        startupProbe: { periodSeconds: 240, tcpSocket: { port: 8080 } },
                    },
                ],
            },
        },
    });
});

test("a service without its default URL has no URL", () => {
    expect(serve(runWorld(), {}, { defaultUriDisabled: true }).state).toMatchObject({ uri: "", urls: [] });
});

test.each<[string, Inputs, string]>([
    [
        "a missing account",
        { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" },
        "403: Permission 'iam.serviceaccounts.actAs' denied on service account gone@acme-dev.iam.gserviceaccount.com (or it may not exist).",
    ],
    ["no container", { containers: [] }, `${violation("template.containers")} must contain at least one container.`],
    [
        "too high a concurrency",
        { maxInstanceRequestConcurrency: 1001 },
        `${violation("template.max_instance_request_concurrency")} Must be a number between 0 and 1000.`,
    ],
    [
        "too long a timeout",
        { timeout: "3601s" },
        `${violation("template.timeout")} must be at least one second, and the maximum allowed time is one hour.`,
    ],
    [
        "a minimum of instances above the maximum",
        { scaling: { minInstanceCount: 4, maxInstanceCount: 3 } },
        `${violation("template.scaling.max_instance_count")} must be greater than or equal to min_instance_count.`,
    ],
    [
        "a negative number of instances",
        { scaling: { minInstanceCount: -1 } },
        `${violation("template.scaling.min_instance_count")} must be greater than or equal to zero.`,
    ],
    [
        "neither a connector nor a network",
        { vpcAccess: { egress: "ALL_TRAFFIC" } },
        `${violation("template.vpc_access.connector")} one and only one of connector and network_interfaces must be set.`,
    ],
    [
        "the name of a connector",
        { vpcAccess: { connector: "egress" } },
        `${violation("template.vpc_access.connector")} must be in form projects/{project}/locations/{location}/connectors/{connector}.`,
    ],
    [
        "a missing connector",
        { vpcAccess: { connector: "projects/acme-dev/locations/europe-west1/connectors/egress" } },
        "400: VPC connector projects/acme-dev/locations/europe-west1/connectors/egress does not exist, or Cloud Run does not have permission to use it.",
    ],
    [
        "a missing network",
        { vpcAccess: { networkInterfaces: [{ network: "private" }] } },
        "400: VPC network private could not be found.",
    ],
    [
        "a missing subnetwork",
        { vpcAccess: { networkInterfaces: [{ subnetwork: "private" }] } },
        "400: VPC subnetwork private could not be found in europe-west1.",
    ],
    [
        "a revision with the name of another service",
        { revision: "api-1" },
        `${violation("template.revision")} The revision name must be prefixed by the name of the enclosing Service or Configuration with a trailing -`,
    ],
    [
        "a revision whose name is too long",
        { revision: `web-${"a".repeat(60)}` },
        `${violation("template.revision")} Resource name must use only lowercase letters, numbers and '-'. Must begin with a letter and cannot end with a '-'. Maximum length is 63 characters.`,
    ],
    [
        "a label of Google's own",
        { labels: { "run.googleapis.com/x": "y" } },
        `${violation("template.labels")} system annotations are not supported: run.googleapis.com/x.`,
    ],
    [
        "a key of another region",
        { encryptionKey: "projects/acme-dev/locations/us-central1/keyRings/r/cryptoKeys/k" },
        `${violation("template.encryption_key")} the key must be in the region europe-west1, but is in us-central1.`,
    ],
    [
        "the path of no key",
        { encryptionKey: "k" },
        `${violation("template.encryption_key")} must conform to projects/{project}/locations/{location}/keyRings/{keyRing}/cryptoKeys/{cryptoKey}.`,
    ],
])("a service is refused with %s", (_, template, words) => {
    expect(refusalOf(() => serve(runWorld(), template))).toBe(`${creating} ${words}`);
});

test.each<[string, Inputs, string]>([
    [
        "a reserved variable",
        { envs: [{ name: "PORT", value: "80" }] },
        "400: template.containers[0].env: The following reserved env names were provided: PORT. These values are automatically set by the system.",
    ],
    [
        "a secret with no name of one",
        { envs: [{ name: "KEY", valueSource: { secretKeyRef: { secret: "a b" } } }] },
        `${violation("template.containers[0].env.KEY.value_source.secret_key_ref.secret")} may only be a secret name, or projects/{project}/secrets/{secret}.`,
    ],
    [
        "no image path",
        { image: "app:@sha256:none" },
        `${violation("template.containers[0].image")} must be a container image path in the form [hostname/]repo-path[:tag and/or @digest]`,
    ],
    [
        "an image of another registry",
        { image: "ghcr.io/acme/app:1" },
        "400: template.containers[0].image: Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ghcr.io/acme/app:1. To deploy container images from other public or private registries, set up an Artifact Registry remote repository. See https://cloud.google.com/artifact-registry/docs/repositories/remote-overview.",
    ],
    [
        "an unknown protocol",
        { ports: { name: "grpc" } },
        `${violation("template.containers[0].ports[0].name")} must be one of empty, 'http1' or 'h2c'.`,
    ],
    [
        "a port out of range",
        { ports: { containerPort: 65536 } },
        `${violation("template.containers[0].ports[0].container_port")} must be 0 < container_port < 65536.`,
    ],
    [
        "a probe without an action",
        { startupProbe: { periodSeconds: 5 } },
        `${violation("template.containers[0].startup_probe")} Exactly one probe action must be set.`,
    ],
    [
        "a liveness probe of a socket",
        { livenessProbe: { tcpSocket: { port: 8080 } } },
        "400: template.containers[0].liveness_probe: Cloud Run currently does not support TCP socket in liveness probe.",
    ],
    [
        "a period of the startup probe above its maximum",
        { startupProbe: { httpGet: {}, periodSeconds: 241 } },
        `${violation("template.containers[0].startup_probe")} period_seconds must be a number between 0 and 240.`,
    ],
    [
        "a delay of the liveness probe above its maximum",
        { livenessProbe: { httpGet: {}, initialDelaySeconds: 3601 } },
        `${violation("template.containers[0].liveness_probe")} initial_delay_seconds must be a number between 0 and 3600.`,
    ],
    [
        "a timeout of a probe above its period",
        { startupProbe: { httpGet: {}, timeoutSeconds: 11 } },
        `${violation("template.containers[0].startup_probe.timeout_seconds")} must be less than or equal to period_seconds.`,
    ],
    [
        "a header with a space",
        { startupProbe: { httpGet: { httpHeaders: [{ name: "X Probe" }] } } },
        `${violation("template.containers[0].startup_probe.http_get.http_headers")} a valid HTTP header must consist of alphanumeric characters or '-'.`,
    ],
    [
        "the mount of an unknown volume",
        { volumeMounts: [{ name: "files", mountPath: "/files" }] },
        `${violation("template.containers[0].volume_mounts")} The following volume mounts: [files] which were not found in volumes list.`,
    ],
    [
        "an unknown container to wait for",
        { dependsOns: ["proxy"] },
        `${violation("template.containers[0].depends_on")} container 'proxy' does not exist.`,
    ],
    [
        "a container that waits for itself",
        { name: "app", dependsOns: ["app"] },
        `${violation("template.containers")} dependency cycle detected.`,
    ],
    ["an invalid name", { name: "App" }, `${violation("template.containers[0].name")} must conform to RFC 1123.`],
])("a service is refused whose container has %s", (_, container, words) => {
    expect(refusalOf(() => serve(runWorld(), { containers: [{ image, ...container }] }))).toBe(`${creating} ${words}`);
});

const memory = { name: "work", emptyDir: {} };
const mounted = (mountPath: string) => ({ containers: [{ image, volumeMounts: [{ name: "work", mountPath }] }] });

test.each<[string, Inputs, string]>([
    [
        "two volumes of one name",
        { volumes: [memory, memory] },
        `${violation("template.volumes")} Duplicate volume name: work.`,
    ],
    [
        "a database's volume with another name",
        { volumes: [{ name: "db", cloudSqlInstance: { instances: ["acme-dev:europe-west1:sales"] } }] },
        `${violation("template.volumes[0].name")} Cloud SQL volume must be named 'cloudsql'.`,
    ],
    [
        "a database without its region",
        { volumes: [{ name: "cloudsql", cloudSqlInstance: { instances: ["sales"] } }] },
        `${violation("template.volumes[0].cloud_sql_instance.instances")} must be in the format project:location:instance.`,
    ],
    [
        "a volume of nothing",
        { volumes: [{ name: "none" }] },
        `${violation("template.volumes[0]")} a volume source must be set.`,
    ],
    [
        "a volume of the second generation in the first",
        { volumes: [memory], executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1" },
        "400: template.volumes[0].emptyDir: The volume type requires the gen2 execution environment.",
    ],
    [
        "a size without a unit that is known",
        { volumes: [{ name: "work", emptyDir: { sizeLimit: "much" } }] },
        `${violation("template.volumes[0].empty_dir.size_limit")} Could not parse Quantity.`,
    ],
    [
        "a mode of more than permissions",
        { volumes: [{ name: "key", secret: { secret: "key", defaultMode: 512 } }] },
        `${violation("template.volumes[0].secret.default_mode")} if present, must be a supported unix chmod bitmask.`,
    ],
    [
        "a relative mount path",
        { volumes: [memory], ...mounted("work") },
        `${violation("template.containers[0].volume_mounts[0].mount_path")} must be a valid unix absolute path.`,
    ],
    [
        "a mount path of the system",
        { volumes: [memory], ...mounted("/data/../proc") },
        `${violation("template.containers[0].volume_mounts[0].mount_path")} The mount paths [/data/../proc] are in one of disallowed mount points.`,
    ],
])("a service is refused with %s", (_, template, words) => {
    expect(refusalOf(() => serve(runWorld(), template))).toBe(`${creating} ${words}`);
});

test("of several containers exactly one has a port", () => {
    const side = { name: "side", image };
    const several = (...containers: Inputs[]) => serve(runWorld(), { containers });
    const words = `${creating} 400: template.containers: Revision template should contain exactly one container with an exposed port.`;
    const port = { ports: { containerPort: 8080 } };
    expect(refusalOf(() => several({ name: "app", image }, side))).toBe(words);
    expect(refusalOf(() => several({ name: "app", image, ...port }, { ...side, ...port }))).toBe(words);
    const { containers } = several(side, { name: "app", image, ...port }).state.template;
    expect(containers[0]).not.toHaveProperty("startupProbe");
    expect(containers[1]).toMatchObject({ startupProbe: { tcpSocket: { port: 8080 } } });
});

test.each([
    ["0.25", "512Mi", 1, undefined],
    ["0.5", "1Gi", 1, undefined],
    ["1", "4Gi", 80, undefined],
    ["2000m", "8Gi", 80, undefined],
    ["8", "32Gi", 80, undefined],
    ["0.25", "1Gi", 1, "For 0.25 CPU, memory must be between 128Mi and 512Mi inclusive."],
    ["1", "8Gi", 80, "For 1.0 CPU, memory must be between 128Mi and 4Gi inclusive."],
    ["4", "32Gi", 80, "For 4.0 CPU, memory must be between 2Gi and 16Gi inclusive."],
    ["6", "2Gi", 80, "For 6.0 CPU, memory must be between 4Gi and 24Gi inclusive."],
    ["1", "64Mi", 80, "For 1.0 CPU, memory must be between 128Mi and 4Gi inclusive."],
    ["3", "2Gi", 80, "Invalid value specified for cpu. Must be equal to one of [.08-1], 2.0, 4.0, 6.0, 8.0."],
    ["much", "2Gi", 80, "limits.cpu: Could not parse Quantity 'much'."],
    ["0.5", "512Mi", 2, "Total cpu < 1 is not supported with concurrency > 1."],
])("%s CPUs with %s of memory for %d requests: %s", (cpu, memory, maxInstanceRequestConcurrency, words) => {
    const containers = [{ image, resources: { limits: { cpu, memory }, cpuIdle: true } }];
    const make = () => serve(runWorld(), { containers, maxInstanceRequestConcurrency });
    if (words === undefined) {
        expect(make().state.template.containers[0].resources.limits).toEqual({ cpu, memory });
    } else {
        expect(refusalOf(make)).toContain(words);
    }
});

test.each<[string, Inputs, Inputs, string]>([
    [
        "less than a CPU that is always allocated",
        { limits: { cpu: "0.5" } },
        {},
        "Total cpu < 1 is not supported with cpu always allocated (unthrottled).",
    ],
    [
        "less than a CPU in the second generation",
        { limits: { cpu: "0.5" }, cpuIdle: true },
        { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" },
        "Total cpu < 1 is not supported with gen2 execution environment.",
    ],
    [
        "little memory in the second generation",
        { limits: { memory: "256Mi" } },
        { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" },
        "Invalid value specified for memory. Total memory < 512 Mi is not supported with gen2 execution environment with cpu always allocated (unthrottled).",
    ],
    ["a disk", { limits: { disk: "1Gi" } }, {}, "Only cpu, memory and nvidia.com/gpu limits are supported."],
    ["redundancy of no GPU", {}, { gpuZonalRedundancyDisabled: true }, "GPU must be set when GPU redundancy is set."],
])("resources are refused with %s", (_, resources, template, words) => {
    const containers = [{ image, resources }];
    expect(refusalOf(() => serve(runWorld(), { containers, ...template }))).toContain(words);
});

const gpu = { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" };
const withGpu = {
    nodeSelector: { accelerator: "nvidia-l4" },
    gpuZonalRedundancyDisabled: true,
    scaling: { maxInstanceCount: 3 },
};

test.each<[string, Inputs, Inputs, string]>([
    ["two", { limits: { ...gpu, "nvidia.com/gpu": "2" } }, {}, "GPU can only be set to 1"],
    [
        "an unknown one",
        { limits: gpu },
        { nodeSelector: { accelerator: "nvidia-t4" } },
        "'nvidia-t4' is not supported.",
    ],
    [
        "few CPUs",
        { limits: { ...gpu, cpu: "2", memory: "8Gi" } },
        {},
        "CPU must be at least 4; memory must be at least 16Gi.",
    ],
    [
        "CPUs during requests only",
        { limits: gpu, cpuIdle: true },
        {},
        "must be disabled in order to set GPU requirements",
    ],
    [
        "the first generation",
        { limits: gpu },
        { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1" },
        "Execution environment must be set to gen2 in order to set GPU requirements.",
    ],
    [
        "zonal redundancy, for which new projects have no quota",
        { limits: gpu },
        { gpuZonalRedundancyDisabled: false },
        "You do not have quota for using GPUs with zonal redundancy.",
    ],
    [
        "more instances than the quota",
        { limits: gpu },
        { scaling: { maxInstanceCount: 4 } },
        "Max instances must be set to 3 or fewer in order to set GPU requirements.\nTo request quota: g.co/cloudrun/gpu-quota\nQuota violated:\nNvidiaL4GpuAllocNoZonalRedundancyPerProjectRegion requested: 4 allowed: 3",
    ],
    [
        "few CPUs for a large one",
        { limits: { ...gpu, cpu: "8", memory: "80Gi" } },
        { nodeSelector: { accelerator: "nvidia-rtx-pro-6000" } },
        "Must be equal to one of 20.0, 22.0, 24.0, 26.0, 28.0, 30.0.",
    ],
])("a GPU is refused with %s", (_, resources, template, words) => {
    const containers = [{ image, resources }];
    expect(refusalOf(() => serve(runWorld(), { containers, ...withGpu, ...template }))).toContain(words);
});

test("a GPU is only available in some regions", () => {
    const template = { containers: [{ image, resources: { limits: gpu } }], ...withGpu };
    expect(refusalOf(() => serve(runWorld(), template, { location: "europe-west3" }))).toContain(
        "nvidia-l4 is not supported in europe-west3.",
    );
    expect(serve(runWorld(), template).state.template.nodeSelector).toEqual({ accelerator: "nvidia-l4" });
});

test.each<[string, Inputs, string]>([
    [
        "an unknown region",
        { location: "europe-west99" },
        "Location europe-west99 is not found or access is unauthorized.",
    ],
    ["a name of too many characters", { name: "a".repeat(50) }, "must be less than 50 characters"],
    ["a deprecated launch stage", { launchStage: "DEPRECATED" }, "only ALPHA, BETA, GA, or unspecified are supported."],
    ["a manual number of automatic instances", { scaling: { manualInstanceCount: 2 } }, "must be set to MANUAL"],
    ["Binary Authorization without its API", { binaryAuthorization: { useDefault: true } }, "SERVICE_DISABLED"],
    ["Identity-Aware Proxy without its API", { iapEnabled: true }, "SERVICE_DISABLED"],
])("a service is refused with %s", (_, inputs, words) => {
    expect(refusalOf(() => serve(runWorld(), {}, inputs))).toContain(words);
});

describe("a network for egress", () => {
    const network = (world: World, ipCidrRange = "10.0.0.0/24", region = "europe-west1") => {
        world.make("Network", { name: "private", autoCreateSubnetworks: false });
        return world.make("Subnetwork", { name: "private", network: "private", region, ipCidrRange });
    };
    const vpcAccess = { networkInterfaces: [{ network: "private" }] };

    test("has a subnetwork in the region, of at least 16 addresses", () => {
        const elsewhere = runWorld();
        network(elsewhere, undefined, "europe-west4");
        expect(refusalOf(() => serve(elsewhere, { vpcAccess }))).toBe(
            `${creating} 400: VPC subnetwork private could not be found in europe-west1.`,
        );
        const small = runWorld();
        network(small, "10.0.0.0/29");
        expect(refusalOf(() => serve(small, { vpcAccess }))).toContain("requires a range of /28 or larger.");
    });

    test("reserves addresses until the service is deleted or moved", () => {
        const world = runWorld();
        const subnetwork = network(world);
        const made = serve(world, { vpcAccess });
        expect(made.state.template.vpcAccess).toEqual({
            egress: "PRIVATE_RANGES_ONLY",
            networkInterfaces: [{ network: "private", subnetwork: "private" }],
        });
        expect(refusalOf(() => world.remove(subnetwork))).toContain("/addresses/serverless-ipv4-");
        const moved = world.update(made, { ...place, template: { containers: [{ image }] } });
        world.remove(subnetwork);
        world.remove(moved);
    });
});

test("an account of another project needs a grant for Cloud Run's agent", () => {
    const world = runWorld();
    const other = world.beside({ project: "acme-prod", region: "europe-west1" });
    other.enable("iam");
    other.account("elsewhere");
    const serviceAccount = "elsewhere@acme-prod.iam.gserviceaccount.com";
    const agent = `service-${world.number}@serverless-robot-prod.iam.gserviceaccount.com`;
    expect(refusalOf(() => serve(world, { serviceAccount }))).toContain(
        `403: Google Cloud Run Service Agent does not have permission to get access tokens for the service account ${serviceAccount}. Please give ${agent} permission iam.serviceAccounts.getAccessToken on the service account.`,
    );
    const member = `serviceAccount:${agent}`;
    const serviceAccountId = `projects/acme-prod/serviceAccounts/${serviceAccount}`;
    other.make("AccountIAMMember", { serviceAccountId, role: "roles/iam.serviceAccountTokenCreator", member });
    expect(serve(world, { serviceAccount }).state.template.serviceAccount).toBe(serviceAccount);
});

test("a function is refused if a program's service has its name, and its own service can be read like any other", () => {
    const world = runWorld();
    world.enable("cloudfunctions", "cloudbuild", "eventarc", "pubsub");
    world.make("Bucket", { name: "acme-files", location: "europe-west1" });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    serve(world);
    const make = (name: string) => world.make("Function", { name, location: "europe-west1", ...code });
    expect(refusalOf(() => make("web"))).toContain("A Cloud Run service with this name already exists.");
    const { state } = make("predict");
    const under = world.cloud.store.read(`//run.googleapis.com/${state.serviceConfig.service}`)?.state;
    expect(under).toMatchObject({
        uri: state.serviceConfig.uri,
        ingress: "INGRESS_TRAFFIC_ALL",
        labels: { "goog-managed-by": "cloudfunctions" },
        template: {
            timeout: "60s",
            containers: [
                {
                    name: "worker",
                    image: "europe-west1-docker.pkg.dev/acme-dev/gcf-artifacts/acme--dev__europe--west1__predict:version_1",
                    resources: { limits: { memory: "256Mi" } },
                },
            ],
        },
    });
    expect(refusalOf(() => serve(world, {}, { name: "predict" }))).toBe(`${creating} 409: Resource already exists.`);
});

test("a data source returns a service in lists of blocks, and requires a permission", () => {
    const world = runWorld();
    const { uri } = serve(world, { serviceAccount: account }).state;
    const read = (who: World) =>
        who.provider.invoke("gcp:cloudrunv2/getService:getService", { name: "web", location: "europe-west1" });
    expect(read(world)).toMatchObject({
        uri,
        templates: [{ serviceAccount: account, containers: [{ image, resources: [{ cpuIdle: true }] }] }],
        trafficStatuses: [{ percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }],
        buildConfigs: [],
    });
    expect(refusalOf(() => read(world.as({ as: account })))).toBe(
        "googleapi: Error 403: Permission 'run.services.get' denied on resource 'projects/acme-dev/locations/europe-west1/services/web' (or resource may not exist).",
    );
    const missing = { name: "gone", location: "europe-west1" };
    expect(refusalOf(() => world.provider.invoke("gcp:cloudrunv2/getService:getService", missing))).toBe(
        "projects/acme-dev/locations/europe-west1/services/gone not found",
    );
});

test("a deployer needs permissions on the image and the account", () => {
    const world = runWorld();
    const member = world.account("deployer");
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/run.developer", member });
    const deployer = world.as({ as: member.replace("serviceAccount:", "") });
    const deploy = () => serve(deployer, { serviceAccount: account });
    expect(refusalOf(deploy)).toBe(
        'Error creating Service: googleapi: Error 403: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme-dev/locations/europe-west1/repositories/images" (or it may not exist)',
    );
    const repository = { repository: "images", location: "europe-west1" };
    world.make("RepositoryIamMember", { ...repository, role: "roles/artifactregistry.reader", member });
    expect(refusalOf(deploy)).toContain(
        `403: Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
    );
    const serviceAccountId = `projects/acme-dev/serviceAccounts/${account}`;
    world.make("AccountIAMMember", { serviceAccountId, role: "roles/iam.serviceAccountUser", member });
    deploy();
});

// https://cloud.google.com/run/docs/multiple-regions
test("a service of several regions is global, and all of them exist", () => {
    const world = runWorld();
    const across = (...regions: string[]) => serve(world, {}, { location: "global", multiRegionSettings: { regions } });
    const refusal = "Location global is not found or access is unauthorized.";
    expect(refusalOf(() => serve(world, {}, { location: "global" }))).toContain(refusal);
    expect(refusalOf(() => across("europe-west1", "europe-west99"))).toContain(refusal);
    expect(across("europe-west1", "us-central1").id).toBe("projects/acme-dev/locations/global/services/web");
});

// `SetDataSourceLabels` and `SetDataSourceAnnotations` in the provider's tpgresource.
test("a data source reads all labels and annotations, also those that another program has set", () => {
    const world = runWorld();
    serve(world, {}, { labels: { team: "web" }, annotations: { owner: "me" } });
    const { name, location } = place;
    const found = world.provider.invoke("gcp:cloudrunv2/getService:getService", { name, location });
    const labels = { team: "web", "goog-pulumi-provisioned": "true" };
    expect(found).toMatchObject({
        labels,
        pulumiLabels: labels,
        effectiveLabels: labels,
        annotations: { owner: "me" },
    });
});

// https://cloud.google.com/run/docs/configuring/max-instances-limits
test("a revision with a GPU has at most as many instances as the quota by default", () => {
    const limits = { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" };
    const made = serve(runWorld(), {
        containers: [{ image, resources: { limits } }],
        nodeSelector: { accelerator: "nvidia-l4" },
        gpuZonalRedundancyDisabled: true,
    });
    expect(made.state.template.scaling.maxInstanceCount).toBe(3);
});
