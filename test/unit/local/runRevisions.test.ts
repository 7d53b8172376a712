import type { Inputs } from "../../../local/simulator/rules/rules";
import { account, image, path, place, runWorld, serve, stored } from "./runWorld";
import { type Made, refusalOf, type World } from "./world";

const named = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
const latest = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const short = (revision: string) => revision.split("/").at(-1);

/** Updates the service; the template has one container. */
const change = (world: World, made: Made, template: Inputs = {}, more: Inputs = {}) =>
    world.update(made, { ...place, ...more, template: { containers: [{ image }], ...template } });

const creating = "Error creating Service: googleapi: Error";
const updating = `Error updating Service "${path}": googleapi: Error`;
const waiting = "Error waiting to create Service: Error waiting for Creating Service: Error code";
const waitingUpdate = "Error waiting for Updating Service: Error code";

describe("a revision", () => {
    test("is made by each update of the template or the labels, and by no other", () => {
        const world = runWorld();
        const made = serve(world);
        const updated = change(world, made, { timeout: "60s" });
        expect(updated.state).toMatchObject({ generation: "2", uri: made.state.uri, uid: made.state.uid });
        expect(short(updated.state.latestReadyRevision)).toMatch(/^web-00002-[0-9a-f]{3}$/);
        const labelled = change(world, updated, { timeout: "60s" }, { labels: { team: "forecast" } });
        expect(short(labelled.state.latestReadyRevision)).toMatch(/^web-00003-[0-9a-f]{3}$/);
        const scaled = change(
            world,
            labelled,
            { timeout: "60s" },
            {
                labels: { team: "forecast" },
                scaling: { minInstanceCount: 1 },
                ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
            },
        );
        expect(scaled.state).toMatchObject({
            generation: "4",
            latestCreatedRevision: labelled.state.latestCreatedRevision,
        });
    });

    test.each<[string, Inputs, Inputs]>([
        ["the template", { timeout: "60s" }, {}],
        ["the labels", {}, { labels: { team: "forecast" } }],
        ["the annotations", {}, { annotations: { team: "forecast" } }],
        ["the scaling of the service", {}, { scaling: { minInstanceCount: 1 } }],
    ])("with a name keeps its configuration: a change of %s is refused", (_, template, more) => {
        const world = runWorld();
        const made = serve(world, { revision: "web-one" });
        expect(short(made.state.latestReadyRevision)).toBe("web-one");
        expect(refusalOf(() => change(world, made, { revision: "web-one", ...template }, more))).toBe(
            `${updating} 409: Revision named 'web-one' with different configuration already exists.`,
        );
        const next = change(world, made, { revision: "web-two", ...template }, more);
        expect(short(next.state.latestReadyRevision)).toBe("web-two");
    });

    test("is the latest again with the same name and configuration", () => {
        const world = runWorld();
        const one = serve(world, { revision: "web-one" });
        const two = change(world, one, { revision: "web-two", sessionAffinity: true });
        const back = change(world, two, { revision: "web-one" });
        expect(short(back.state.latestCreatedRevision)).toBe("web-one");
        expect(short(back.state.latestReadyRevision)).toBe("web-one");
    });

    // The provider plans the last value of what Google Cloud sets by default, and sends it again: https://developer.hashicorp.com/terraform/plugin/sdkv2/schemas/schema-behaviors
    test("keeps the timeout, the maximum and the stage that the program does not have anymore", () => {
        const world = runWorld();
        const made = serve(
            world,
            { timeout: "60s", scaling: { minInstanceCount: 1, maxInstanceCount: 3 } },
            { launchStage: "BETA" },
        );
        const updated = change(world, made, { sessionAffinity: true, scaling: { minInstanceCount: 2 } });
        expect(updated.state).toMatchObject({
            launchStage: "BETA",
            template: { timeout: "60s", scaling: { minInstanceCount: 2, maxInstanceCount: 3 } },
        });
        expect(refusalOf(() => change(world, updated, { scaling: { minInstanceCount: 4 } }))).toContain(
            "must be greater than or equal to min_instance_count.",
        );
    });

    test("is not made anew by what Google Cloud has set itself", () => {
        const world = runWorld();
        const made = serve(world, { revision: "web-one" });
        const updated = change(world, made, { revision: "web-one" }, { description: "The website." });
        expect(short(updated.state.latestCreatedRevision)).toBe("web-one");
    });

    test("of a worker pool is not made anew by the count that Google Cloud has set itself", () => {
        const world = runWorld();
        const pool = {
            name: "pool",
            location: place.location,
            template: { revision: "pool-one", containers: [{ image }] },
        };
        const made = world.make("RunWorkerPool", pool);
        const { state } = world.update(made, { ...pool, description: "Imports files." });
        expect(short(state.latestCreatedRevision)).toBe("pool-one");
    });

    test("is deleted with its service", () => {
        const world = runWorld();
        world.remove(serve(world, { revision: "web-one" }));
        expect(world.cloud.store.list("//run.googleapis.com/")).toEqual([]);
        serve(world, { revision: "web-one", timeout: "60s" });
    });
});

describe("a revision that is not ready", () => {
    const other = "europe-west1-docker.pkg.dev/acme-dev/images/app:2";

    test("fails the creation of its service, which exists", () => {
        const world = runWorld();
        expect(refusalOf(() => serve(world, { containers: [{ image: other }] }))).toMatch(
            new RegExp(
                `^${waiting} 5, message: Revision 'web-00001-\\w{3}' is not ready and cannot serve traffic\\. Image '${other}' not found\\.$`,
            ),
        );
        expect(stored(world)).toMatchObject({
            latestCreatedRevision: expect.stringContaining("/revisions/web-00001-"),
            latestReadyRevision: "",
            trafficStatuses: [],
            terminalConditions: [{ type: "Ready", state: "CONDITION_FAILED", reason: "CONTAINER_MISSING" }],
        });
        expect(refusalOf(() => serve(world))).toBe(`${creating} 409: Resource already exists.`);
    });

    test("fails the update, and the ready ones keep their traffic", () => {
        const world = runWorld();
        const share = (percent: number, revision: string) => ({ type: named, percent, revision });
        const made = serve(world, { revision: "web-one" }, { traffics: [share(100, "web-one")] });
        const split = [share(10, "web-two"), share(90, "web-one")];
        const broken = { containers: [{ image: other }], revision: "web-two" };
        const words = `${waitingUpdate} 5, message: Revision 'web-two' is not ready and cannot serve traffic. Image '${other}' not found.`;
        expect(refusalOf(() => change(world, made, broken, { traffics: split }))).toBe(words);
        expect(stored(world)).toMatchObject({
            generation: "2",
            latestCreatedRevision: `${path}/revisions/web-two`,
            latestReadyRevision: `${path}/revisions/web-one`,
            traffics: split,
            trafficStatuses: [{ percent: 100, revision: "web-one" }],
            terminalConditions: [
                { type: "Ready", state: "CONDITION_FAILED", message: words.replace(/^.*message: /, "") },
            ],
        });
        // It is not tried again under the same name, although the image exists now.
        world.push(other);
        expect(refusalOf(() => change(world, made, broken, { traffics: split }))).toBe(words);
        const mended = change(
            world,
            made,
            { ...broken, revision: "web-two-2" },
            { traffics: [share(10, "web-two-2"), share(90, "web-one")] },
        );
        expect(mended.state).toMatchObject({
            latestReadyRevision: `${path}/revisions/web-two-2`,
            trafficStatuses: [
                { percent: 10, revision: "web-two-2" },
                { percent: 90, revision: "web-one" },
            ],
            terminalConditions: [{ state: "CONDITION_SUCCEEDED" }],
        });
    });

    test("is one whose container fails to start, on demand", () => {
        const world = runWorld();
        const template = { containers: [{ image, ports: { containerPort: 9000 } }], revision: "web-one" };
        const inputs = world.checked("gcp:cloudrunv2/service:Service", { ...place, template });
        const make = () => world.provider.create("gcp:cloudrunv2/service:Service", inputs, false, () => true);
        expect(refusalOf(make)).toContain(
            `${waiting} 9, message: Revision 'web-one' is not ready and cannot serve traffic. The user-provided container failed to start and listen on the port defined provided by the PORT=9000 environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might contain more information.\n\nLogs URL: https://console.cloud.google.com/logs/viewer?project=acme-dev&resource=cloud_run_revision/service_name/web/revision_name/web-one&`,
        );
    });

    test("is one whose secrets cannot be read, with all of them", () => {
        const world = runWorld();
        const env = (name: string, secret: string) => ({
            name,
            valueSource: { secretKeyRef: { secret, version: "1" } },
        });
        const template = {
            serviceAccount: account,
            containers: [{ image, envs: [env("KEY", "key"), env("TOKEN", "token")] }],
            volumes: [{ name: "file", secret: { secret: "key" } }],
        };
        const at = (secret: string, version: string) =>
            `projects/${world.number}/secrets/${secret}/versions/${version}`;
        const denied = (version: string) =>
            `Permission denied on secret: ${at("key", version)} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`;
        const secret = world.make("Secret", { secretId: "key", replication: { auto: {} } });
        const version = world.make("SecretVersion", { secret: secret.id, secretData: "text" });
        expect(refusalOf(() => serve(world, template))).toBe(
            [
                `${waiting} 9, message: spec.template.spec.containers[0].env[0].value_from.secret_key_ref.name: ${denied("1")}`,
                `spec.template.spec.containers[0].env[1].value_from.secret_key_ref.name: Secret ${at("token", "1")} was not found`,
                `spec.template.spec.volumes[0].secret.items[0].key: ${denied("latest")}`,
            ].join("\n"),
        );
        const member = `serviceAccount:${account}`;
        world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
        const readable = { ...template, containers: [{ image, envs: [env("KEY", "key")] }] };
        expect(serve(world, readable, { name: "second" }).state.reconciling).toBe(false);
        world.update(version, { secret: secret.id, secretData: "text", enabled: false });
        expect(refusalOf(() => serve(world, readable, { name: "third" }))).toContain(
            `env[0].value_from.secret_key_ref.name: Secret Version [${at("key", "1")}] is in DISABLED state.`,
        );
    });

    test("is one whose image belongs to a project that Cloud Run's agent may not read", () => {
        const world = runWorld();
        const prod = world.beside({ project: "acme-prod", region: "europe-west1" });
        prod.enable("run");
        const agent = `service-${prod.number}@serverless-robot-prod.iam.gserviceaccount.com`;
        expect(refusalOf(() => serve(prod, { revision: "web-one" }))).toBe(
            `${waiting} 7, message: Revision 'web-one' is not ready and cannot serve traffic. Google Cloud Run Service Agent ${agent} must have permission to read the image, ${image}. Ensure that the provided container image URL is correct and that the above account has permission to access the image. If you just enabled the Cloud Run API, the permissions might take a few minutes to propagate. Note that the image is from project [acme-dev], which is not the same as this project [acme-prod]. Permission must be granted to the Google Cloud Run Service Agent ${agent} from this project.`,
        );
        const repository = { repository: "images", location: "europe-west1", project: "acme-dev" };
        const member = `serviceAccount:${agent}`;
        world.make("RepositoryIamMember", { ...repository, role: "roles/artifactregistry.reader", member });
        serve(prod, {}, { name: "second" });
    });

    test("is one whose bucket is missing or cannot be listed", () => {
        const world = runWorld();
        const template = {
            serviceAccount: account,
            revision: "web-one",
            containers: [{ image, volumeMounts: [{ name: "files", mountPath: "/files" }] }],
            volumes: [{ name: "files", gcs: { bucket: "acme-files" } }],
        };
        const start = `${waiting} 9, message: Revision 'web-one' is not ready and cannot serve traffic. Application failed to start: mounting volume 'files':`;
        expect(refusalOf(() => serve(world, template))).toBe(`${start} the specified bucket does not exist.`);
        world.make("Bucket", { name: "acme-files", location: "europe-west1" });
        const second = { ...template, revision: "second-one" };
        expect(refusalOf(() => serve(world, second, { name: "second" }))).toContain(
            `${account} does not have storage.objects.list access to the Google Cloud Storage bucket.`,
        );
    });

    test("is one whose key Cloud Run's agent may not use", () => {
        const world = runWorld("cloudkms");
        const ring = world.make("KeyRing", { name: "main", location: "europe-west1" }).id;
        const encryptionKey = world.make("CryptoKey", { name: "run", keyRing: ring }).id;
        const agent = `service-${world.number}@serverless-robot-prod.iam.gserviceaccount.com`;
        expect(refusalOf(() => serve(world, { encryptionKey, revision: "web-one" }))).toBe(
            `${waiting} 7, message: Revision 'web-one' is not ready and cannot serve traffic. Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${encryptionKey}' (or it may not exist). Please grant the Cloud KMS CryptoKey Encrypter/Decrypter role to the service account ${agent}.`,
        );
        const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
        world.make("CryptoKeyIAMMember", { cryptoKeyId: encryptionKey, role, member: `serviceAccount:${agent}` });
        serve(world, { encryptionKey }, { name: "second" });
    });
});

describe("traffic", () => {
    test.each<[string, Inputs[], string]>([
        [
            "that does not add up",
            [{ type: latest, percent: 90 }],
            "traffic: the sum of percents should be 100, but is 90.",
        ],
        [
            "of more than all",
            [{ type: latest, percent: 101 }],
            "traffic[0].percent: must be a number between 0 and 100.",
        ],
        [
            "of a revision without a name",
            [{ type: named, percent: 100 }],
            `traffic[0].revision: must be specified if and only if traffic type is ${named}`,
        ],
        [
            "of the latest revision with a name",
            [{ type: latest, revision: "web-one", percent: 100 }],
            `traffic[0].revision: must be specified if and only if traffic type is ${named}`,
        ],
        [
            "with a tag twice",
            [
                { type: latest, percent: 100, tag: "same" },
                { type: latest, percent: 0, tag: "same" },
            ],
            "traffic: may not contain a duplicate tag: same.",
        ],
        [
            "with a tag in capitals",
            [{ type: latest, percent: 100, tag: "Candidate" }],
            "traffic[0].tag: must be in lower case and contain only letters, digits and hyphens, beginning with a letter.",
        ],
        [
            "with a tag that is too long for a host name",
            [{ type: latest, percent: 100, tag: "a".repeat(44) }],
            "traffic[0].tag: the tag and the name of the service together must have at most 46 characters.",
        ],
    ])("%s is refused", (_, traffics, words) => {
        expect(refusalOf(() => serve(runWorld(), {}, { traffics }))).toBe(
            `${creating} 400: Violation in CreateServiceRequest.service.${words}`,
        );
    });

    test("of an unknown revision fails, and the previous one remains", () => {
        const world = runWorld();
        const made = serve(world);
        const traffics = [{ type: named, revision: "web-green", percent: 100 }];
        expect(refusalOf(() => change(world, made, {}, { traffics }))).toBe(
            `${waitingUpdate} 13, message: Revision 'web-green' does not exist or is deleted. Update all traffic to route to currently available revisions.`,
        );
        expect(stored(world)).toMatchObject({
            latestReadyRevision: made.state.latestReadyRevision,
            trafficStatuses: [{ type: latest, percent: 100 }],
            conditions: [{ state: "CONDITION_FAILED" }, { state: "CONDITION_SUCCEEDED" }],
        });
    });

    test("is split by revisions, whose tags have URLs of their own", () => {
        const world = runWorld();
        const made = serve(world, { revision: "web-one" });
        const traffics = [
            { type: named, revision: "web-two", percent: 10, tag: "candidate" },
            { type: named, revision: "web-one", percent: 90 },
        ];
        const { state } = change(world, made, { revision: "web-two" }, { traffics });
        expect(state.trafficStatuses).toEqual([
            {
                type: named,
                revision: "web-two",
                percent: 10,
                tag: "candidate",
                uri: made.state.uri.replace("https://", "https://candidate---"),
            },
            { type: named, revision: "web-one", percent: 90, tag: "", uri: "" },
        ]);
    });
});

test("Identity-Aware Proxy has a policy of its own, also while it is not enabled", () => {
    const world = runWorld("iap");
    const role = "roles/iap.httpsResourceAccessor";
    const grant = { location: "europe-west1", cloudRunServiceName: "web", role, member: "group:all@acme.com" };
    const allow = () => world.make("WebCloudRunServiceIamMember", grant);
    const reading =
        'Error retrieving IAM policy for iap webcloudrunservice "projects/acme-dev/iap_web/cloud_run-europe-west1/services/web": googleapi: Error';
    expect(refusalOf(allow)).toContain(`${reading} 404: Resource 'web' of kind 'SERVICE'`);
    const made = serve(world);
    const allowed = allow();
    expect(world.refreshed(allowed)).toBeDefined();
    world.remove(made);
    expect(world.refreshed(allowed)).toBeUndefined();
});
