import { Cloud } from "../../../local/simulator/cloud/cloud";
import { Store } from "../../../local/simulator/cloud/store";
import { inventory } from "../../../local/simulator/inventory";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { prepareComposer, serviceAccount } from "./examples/composer";
import { type Made, newFolder, refusalOf, World } from "./world";

const id = "projects/acme-dev/locations/europe-west1/environments/scoring";
const gen3 = "composer-3-airflow-2.11.1-build.14";
const gen2 = "composer-2.17.10-airflow-2.11.1";
const settings = { project: "acme-dev", region: "europe-west1" };

/** A world with this date. */
function prepared(day = "2026-09-10"): World {
    const folder = newFolder();
    const world = new World(settings, {}, new Cloud(folder, new Store(folder), () => new Date(day)));
    prepareComposer(world);
    return world;
}

/** The inputs of an environment, with separate software and node configuration. */
function inputs({ imageVersion = gen3, software = {}, nodes = {}, config = {}, ...more }: Inputs = {}): Inputs {
    return {
        name: "scoring",
        ...more,
        config: {
            ...config,
            nodeConfig: { serviceAccount, ...nodes },
            softwareConfig: { imageVersion, ...software },
        },
    };
}

const make = (world: World, given: Inputs = {}) => world.make("Environment", inputs(given));
const badRequest = (...problems: string[]) =>
    `googleapi: Error 400: Found ${problems.length} problem${problems.length > 1 ? "s" : ""}:${problems.map((each, index) => `\n\t${index + 1}) ${each}`).join("")}, badRequest`;

let untouched: World | undefined;
/** The error for a new environment, in a world that remains unchanged. */
function refusal(given: Inputs): string {
    untouched ??= prepared();
    return refusalOf(() => make(untouched as World, given));
}

/** The state of an environment after an update, even if it failed. */
const now = (world: World, made: Made) => world.refreshed(made)?.state as Inputs;

describe("an environment", () => {
    test("of Cloud Composer 3 has the outputs that DAGs and users need", () => {
        const { state, id: made } = make(prepared());
        const { bucket } = state.storageConfig;
        expect(made).toBe(id);
        expect(bucket).toMatch(/^europe-west1-scoring-[0-9a-f]{8}-bucket$/);
        expect(state.config).toMatchObject({
            airflowUri: expect.stringMatching(
                /^https:\/\/[0-9a-f]{32}-dot-europe-west1\.composer\.googleusercontent\.com$/,
            ),
            dagGcsPrefix: `gs://${bucket}/dags`,
            environmentSize: "ENVIRONMENT_SIZE_SMALL",
            gkeCluster: "",
            nodeConfig: { composerInternalIpv4CidrBlock: "100.64.128.0/20", network: "", serviceAccount },
            resilienceMode: "STANDARD_RESILIENCE",
            softwareConfig: { imageVersion: gen3, webServerPluginsMode: "ENABLED" },
            webServerNetworkAccessControl: {
                allowedIpRanges: [
                    { value: "0.0.0.0/0", description: "Allows access from all IPv4 addresses (default value)" },
                    { value: "::0/0", description: "Allows access from all IPv6 addresses (default value)" },
                ],
            },
            workloadsConfig: {
                worker: { cpu: 0.5, minCount: 1, maxCount: 3 },
                dagProcessor: { count: 1, memoryGb: 4 },
            },
        });
    });

    test("of Cloud Composer 2 has a cluster, a database and the default network", () => {
        const { state } = make(prepared(), { imageVersion: "composer-2-airflow-2" });
        expect(state.config).toMatchObject({
            databaseConfig: { machineType: "db-custom-2-7680" },
            gkeCluster: expect.stringMatching(
                /^projects\/acme-dev\/locations\/europe-west1\/clusters\/europe-west1-scoring-[0-9a-f]{8}-gke$/,
            ),
            nodeConfig: {
                network: "projects/acme-dev/global/networks/default",
                subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/default",
            },
            softwareConfig: { imageVersion: gen2 },
        });
        expect(state.config.workloadsConfig.dagProcessor).toBeUndefined();
    });

    test("must have an unused name", () => {
        const world = prepared();
        make(world);
        expect(refusalOf(() => make(world))).toBe(
            `googleapi: Error 409: Resource already exists in the project (resource=${id})., alreadyExists`,
        );
    });

    test("keeps the bucket that Cloud Composer created, with its objects, when it is deleted", () => {
        const world = prepared();
        const made = make(world);
        const before = inventory(world.cloud).length;
        world.remove(made);
        expect(world.refreshed(made)).toBeUndefined();
        expect(inventory(world.cloud)).toHaveLength(before - 1);
        const { bucket } = made.state.storageConfig;
        expect(inventory(world.cloud).map((each) => each.id)).toEqual(
            expect.arrayContaining([bucket, `${bucket}-dags/airflow_monitoring.py`]),
        );
    });

    test("in the program's own bucket leaves only its files there, which `forceDestroy` deletes", () => {
        const world = prepared();
        const before = inventory(world.cloud);
        const own = world.make("Bucket", { name: "acme-own", location: "europe-west1", forceDestroy: true });
        const made = make(world, { storageConfig: { bucket: "gs://acme-own" } });
        expect(made.state).toMatchObject({
            storageConfig: { bucket: "acme-own" },
            config: { dagGcsPrefix: "gs://acme-own/dags" },
        });
        world.remove(made);
        world.remove(own);
        expect(inventory(world.cloud)).toEqual(before);
    });

    test("prevents deletion of its subnetwork", () => {
        const world = prepared();
        const subnetwork = world.make("Subnetwork", { name: "other", network: "private", ipCidrRange: "10.8.0.0/24" });
        const made = make(world, { nodes: { network: "private", subnetwork: "other" } });
        const { composerNetworkAttachment } = made.state.config.nodeConfig;
        expect(composerNetworkAttachment).toMatch(
            /^projects\/acme-dev\/regions\/europe-west1\/networkAttachments\/europe-west1-scoring-[0-9a-f]{8}$/,
        );
        expect(refusalOf(() => world.remove(subnetwork))).toContain(
            `already being used by '${composerNetworkAttachment}'`,
        );
        world.remove(made);
        world.remove(subnetwork);
    });

    test("moves to another network in Cloud Composer 3, and is replaced in 2", () => {
        for (const [imageVersion, replaced] of [
            [gen3, []],
            [gen2, ["config.nodeConfig.network", "config.nodeConfig.subnetwork"]],
        ] as const) {
            const world = prepared();
            const made = make(world, { imageVersion, nodes: { network: "default", subnetwork: "default" } });
            const wanted = inputs({ imageVersion, nodes: { network: "private", subnetwork: "nodes" } });
            const checked = world.checked(made.token, wanted, { olds: made.inputs });
            const { replaced: found } = world.provider.diff(made.token, checked, made.inputs, made.state);
            expect(found).toEqual(replaced);
        }
    });

    test("that moves releases its old subnetwork", () => {
        const world = prepared();
        const subnetwork = world.make("Subnetwork", { name: "other", network: "private", ipCidrRange: "10.8.0.0/24" });
        const made = make(world, { nodes: { network: "private", subnetwork: "other" } });
        world.update(made, inputs({ nodes: { network: "private", subnetwork: "nodes" } }));
        world.remove(subnetwork);
        expect(now(world, made).config.nodeConfig.subnetwork).toBe(
            "projects/acme-dev/regions/europe-west1/subnetworks/nodes",
        );
    });
});

describe("a new environment requires", () => {
    test("its API", () => {
        const world = new World(settings);
        world.enable("iam");
        expect(refusalOf(() => make(world))).toMatch(
            /^googleapi: Error 403: Cloud Composer API has not been used in project acme-dev before or it is disabled\./,
        );
    });

    test("additional APIs in Cloud Composer 2, but not in 3", () => {
        const world = prepared();
        world.remove(world.make("Service", { service: "cloudbuild.googleapis.com", disableOnDestroy: true }));
        expect(refusalOf(() => make(world, { imageVersion: gen2 }))).toContain(
            "Error 403: Cloud Build API has not been used",
        );
        make(world);
    });

    const agent = (world: World) => `service-${world.number}@cloudcomposer-accounts.iam.gserviceaccount.com`;
    const without = (world: World, role: string, account: string) =>
        world.remove(
            world.make("ProjectIAMMember", { project: "acme-dev", role, member: `serviceAccount:${account}` }),
        );
    const missing = (world: World) =>
        `googleapi: Error 400: Composer API Service Agent service account (${agent(world)}) does not have required permissions set. `;

    test("the role of Cloud Composer's service agent, which is granted with the API", () => {
        const world = prepared();
        without(world, "roles/composer.serviceAgent", agent(world));
        expect(refusalOf(() => make(world))).toBe(
            `${missing(world)}Cloud Composer API Service Agent role is missing. Please bind roles/composer.serviceAgent back on ${agent(world)}., failedPrecondition`,
        );
    });

    test("an additional role of the agent in Cloud Composer 2, on the project or on the environment's account", () => {
        const world = prepared();
        const role = "roles/composer.ServiceAgentV2Ext";
        without(world, role, agent(world));
        make(world, { name: "new" });
        expect(refusalOf(() => make(world, { imageVersion: gen2 }))).toBe(
            `${missing(world)}Cloud Composer v2 API Service Agent Extension role might be missing. Please refer to https://cloud.google.com/composer/docs/composer-2/create-environments#grant-permissions and Composer Creation Troubleshooting pages to resolve this issue., failedPrecondition`,
        );
        const serviceAccountId = `projects/acme-dev/serviceAccounts/${serviceAccount}`;
        world.make("AccountIAMMember", { serviceAccountId, role, member: `serviceAccount:${agent(world)}` });
        make(world, { imageVersion: gen2 });
    });

    test("its own account, which exists and is enabled", () => {
        expect(refusalOf(() => prepared().make("Environment", { name: "scoring" }))).toBe(
            badRequest("Service account must be specified for new environments."),
        );
        expect(refusal({ nodes: { serviceAccount: "nobody@acme-dev.iam.gserviceaccount.com" } })).toMatch(
            /^googleapi: Error 403: User not authorized to act as service account 'nobody@acme-dev\.iam\.gserviceaccount\.com'\. .*, forbidden$/,
        );
    });

    test("a role of the account, without which it fails at the end and is deleted", () => {
        const world = prepared();
        without(world, "roles/composer.worker", serviceAccount);
        expect(refusalOf(() => make(world))).toMatch(
            /^Error waiting to create Environment: Error waiting for Creating Environment: Error code 9, message: Failed to create environment, but no error was surfaced\..*has the 'roles\/composer\.worker' role/,
        );
        expect(inventory(world.cloud).map((each) => each.id)).not.toContain(id);
    });
});

test("a quota for Cloud Composer 2: the seventh environment in a region fails at the end and is deleted", () => {
    const world = prepared();
    const made = Array.from({ length: 6 }, (_, index) => make(world, { imageVersion: gen2, name: `scoring-${index}` }));
    const seventh = { imageVersion: gen2, name: "scoring-6" };
    expect(refusalOf(() => make(world, seventh))).toBe(
        "Error waiting to create Environment: Error waiting for Creating Environment: Error code 7, message: CREATE operation failed. Could not trigger cluster creation: Insufficient regional quota to satisfy request: resource \"INSTANCE_GROUP_MANAGERS\": request requires '22.0' and is short '4.0'. project has a quota of '150.0' with '18.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=acme-dev",
    );
    make(world, { name: "scoring-6" });
    world.remove(made[0] as Made);
    make(world, { ...seventh, name: "scoring-7" });
});

describe("an image", () => {
    const suggestions =
        "[composer-3-airflow-3.3.1, composer-3-airflow-3.2.2, composer-3-airflow-3.1.8, composer-3-airflow-3.1.7, composer-3-airflow-3.1.0, composer-3-airflow-2.11.1, composer-3-airflow-2.10.5, composer-3-airflow-2.9.3, composer-2.17.10-airflow-2.11.1, composer-2.17.10-airflow-2.10.5]";

    test.each([
        ["composer-3-airflow-2", "composer-3-airflow-2.11.1-build.19"],
        ["composer-3-airflow-3", "composer-3-airflow-3.3.1-build.10"],
        ["composer-3-airflow-3.2", "composer-3-airflow-3.2.2-build.2"],
        ["composer-3-airflow-2.10", "composer-3-airflow-2.10.5-build.48"],
        ["composer-3-airflow-2.11.1", "composer-3-airflow-2.11.1-build.19"],
        ["composer-2-airflow-2.10.5", "composer-2.17.10-airflow-2.10.5"],
        ["composer-2.16.11-airflow-2", "composer-2.16.11-airflow-2.11.1"],
    ])("%s resolves to %s, and a second deployment changes nothing", (imageVersion, found) => {
        const world = prepared();
        const made = make(world, { imageVersion });
        expect(made.state.config.softwareConfig.imageVersion).toBe(found);
        expect(world.changed(made)).toEqual([]);
        expect(world.update(made, inputs({ imageVersion })).state).toEqual(made.state);
    });

    test.each([
        "composer-3-airflow-2.7.3",
        "composer-3-airflow-2.11.1-build.99",
        // The release notes do not contain this build.
        "composer-3-airflow-2.10.5-build.28",
        "composer-2.4.2-airflow-2",
        "composer-1-airflow-2",
    ])("%s is refused, with the supported ones", (imageVersion) => {
        expect(refusal({ imageVersion })).toBe(
            badRequest(
                `Unsupported image version for new environment: '${imageVersion}'. Currently suggested new environment image versions are: ${suggestions}.`,
            ),
        );
    });

    test("cannot be used a year after its release, except the newest one", () => {
        const imageVersion = "composer-3-airflow-2.10.5-build.22";
        make(prepared("2026-12-08"), { imageVersion });
        expect(refusalOf(() => make(prepared("2026-12-10"), { imageVersion }))).toContain("Unsupported image version");
        make(prepared("2030-01-01"), { imageVersion: "composer-3-airflow-2" });
    });

    test("is listed by `getImageVersions`", () => {
        const world = prepared();
        const found = world.provider.invoke("gcp:composer/getImageVersions:getImageVersions", {});
        expect(found).toMatchObject({ id: "projects/acme-dev/regions/europe-west1", region: "europe-west1" });
        const versions = found.imageVersions as Inputs[];
        expect(versions[0]).toEqual({
            imageVersionId: "composer-3-airflow-3.3.1-build.10",
            supportedPythonVersions: ["3"],
        });
        expect(versions.map((each) => each.imageVersionId)).not.toContain("composer-3-airflow-2.10.5-build.10");
    });

    test("of Cloud Composer 2 is not available in every region", () => {
        expect(refusal({ imageVersion: gen2, region: "europe-west12" })).toMatch(
            /^googleapi: Error 400: Found 1 problem:\n\t1\) Cloud Composer 2 is not supported in the selected region 'europe-west12'\./,
        );
    });

    test("can be upgraded, but not downgraded or changed to another generation or major version of Airflow", () => {
        const world = prepared();
        const made = make(world, { imageVersion: "composer-3-airflow-2.10.5-build.44" });
        const to = (imageVersion: string) => world.update(made, inputs({ imageVersion }));
        expect(to("composer-3-airflow-2.11.1-build.14").state.config.softwareConfig.imageVersion).toBe(gen3);
        expect(refusalOf(() => to("composer-3-airflow-2.11.1-build.13"))).toBe(
            badRequest(
                "Invalid image version: 'composer-3-airflow-2.11.1-build.13' derived based on your input. Currently supported environment update image versions are: [composer-3-airflow-2.11.1, composer-3-airflow-2.10.5, composer-3-airflow-2.9.3].",
            ),
        );
        expect(refusalOf(() => to("composer-3-airflow-2.10.5"))).toContain("Invalid image version: ");
        expect(refusalOf(() => to("composer-3-airflow-3.1.8"))).toContain("Invalid image version: ");
        const old = make(world, { name: "old", imageVersion: gen2 });
        expect(refusalOf(() => world.changed(old, inputs({ name: "old", imageVersion: gen3 })))).toBe(
            "upgrade to composer 3 is not yet supported",
        );
    });
});
