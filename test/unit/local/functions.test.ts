import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, tokenOf, upload, World } from "./world";

const location = "europe-west1";
const project = "acme-dev";
const repository = `projects/${project}/locations/${location}/repositories/images`;

/** A project that meets the requirements of a function with its own accounts. */
function prepared({ roles = true, region = location } = {}): World {
    const world = new World({ project, region }).grantEditors();
    world.enable("artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run");
    world.make("Topic", { name: "sales" });
    world.make("Bucket", { name: "acme-source", location });
    upload(world, "acme-source", "code.zip", { "main.py": "", "requirements.txt": "" });
    world.make("Repository", { repositoryId: "images", format: "DOCKER", location });
    for (const account of ["predict-run", "predict-build", "predict-trigger"]) {
        world.account(account);
    }
    if (roles) {
        grantBuild(world);
    }
    return world;
}

const email = (account: string) => `${account}@${project}.iam.gserviceaccount.com`;

const copiedSource = (bucket: string) => ({
    title: "Source code of functions",
    expression: `resource.name.startsWith("projects/_/buckets/${bucket}")`,
});

/** The grants of the build account, by what it needs them for. */
const buildGrants: Record<string, [string, Inputs]> = {
    source: [
        "ProjectIAMMember",
        { project, role: "roles/storage.objectViewer", condition: copiedSource("gcf-v2-sources-") },
    ],
    image: ["RepositoryIamMember", { repository, role: "roles/artifactregistry.writer" }],
    log: ["ProjectIAMMember", { project, role: "roles/logging.logWriter" }],
};

function grantBuild(world: World, without?: string): void {
    for (const [name, [type, grant]] of Object.entries(buildGrants)) {
        if (name !== without) {
            world.make(type, { ...grant, member: `serviceAccount:${email("predict-build")}` });
        }
    }
}

function definition({ build = {}, service = {}, ...more }: Inputs = {}): Inputs {
    return {
        name: "predict",
        location,
        buildConfig: {
            runtime: "python312",
            entryPoint: "predict",
            serviceAccount: `projects/${project}/serviceAccounts/${email("predict-build")}`,
            dockerRepository: repository,
            source: { storageSource: { bucket: "acme-source", object: "code.zip" } },
            ...build,
        },
        serviceConfig: { serviceAccountEmail: email("predict-run"), ...service },
        ...more,
    };
}

const make = (world: World, more?: Inputs) => world.make("Function", definition(more));

const missingPermission =
    "Error code 3, message: Build failed with status: FAILURE. Could not build the function due to a missing permission on the build service account. If you didn't revoke that permission explicitly, this could be caused by a change in the organization policies. Please refer to the following documentation for more details and resolution: https://cloud.google.com/functions/docs/troubleshooting#build-service-account";

test("a function has the real outputs, and a Cloud Run service", () => {
    const world = prepared();
    const { id, state } = make(world);
    const service = `projects/${project}/locations/${location}/services/predict`;
    expect(id).toBe(`projects/${project}/locations/${location}/functions/predict`);
    expect(state).toMatchObject({
        environment: "GEN_2",
        state: "ACTIVE",
        url: `https://${location}-${project}.cloudfunctions.net/predict`,
        buildConfig: {
            build: expect.stringMatching(
                new RegExp(`^projects/${world.number}/locations/${location}/builds/[0-9a-f-]{36}$`),
            ),
            source: { storageSource: { generation: expect.any(Number) } },
        },
        serviceConfig: {
            availableCpu: "0.1666",
            availableMemory: "256M",
            environmentVariables: { LOG_EXECUTION_ID: "true" },
            ingressSettings: "ALLOW_ALL",
            maxInstanceCount: 100,
            maxInstanceRequestConcurrency: 1,
            service,
            timeoutSeconds: 60,
            uri: expect.stringMatching(/^https:\/\/predict-[a-z0-9]{10}-ew\.a\.run\.app$/),
        },
    });
    expect(world.cloud.store.read(`//run.googleapis.com/${service}`)).toMatchObject({ project, id: service });
});

test("the name of a function must be unused, and that of its service too", () => {
    const world = prepared();
    make(world, { name: "sale-range" });
    expect(refusalOf(() => make(world, { name: "sale-range" }))).toBe(
        `Error creating function: googleapi: Error 409: Resource 'projects/${project}/locations/${location}/functions/sale-range' already exists`,
    );
    expect(refusalOf(() => make(world, { name: "sale_range" }))).toBe(
        "Error creating function: googleapi: Error 409: Could not create Cloud Run service sale_range. A Cloud Run service with this name already exists. Please redeploy the function with a different name.",
    );
});

test.each<[string, Inputs, string]>([
    [
        "in a region without functions",
        { location: "europe-west99" },
        "Error 403: Permission denied on 'locations/europe-west99' (or it may not exist).",
    ],
    ["with an invalid name", { name: "Predict" }, "Error 400: Invalid function name 'Predict'"],
    [
        "with a missing service account",
        { service: { serviceAccountEmail: "nobody@acme.com" } },
        "Error 404: Service account projects/-/serviceAccounts/nobody@acme.com was not found.",
    ],
    [
        "with a missing build account",
        { build: { serviceAccount: `projects/${project}/serviceAccounts/nobody@acme.com` } },
        "Error 404: Service account projects/-/serviceAccounts/nobody@acme.com was not found.",
    ],
    [
        "without its source",
        { build: { source: { storageSource: { bucket: "acme-source", object: "other.zip" } } } },
        "Error 400: Source object gs://acme-source/other.zip was not found",
    ],
    [
        "without its repository",
        { build: { dockerRepository: `${repository}-2` } },
        `Error 404: Unable to retrieve the repository metadata for ${repository}-2. Ensure that the Cloud Functions service account has 'artifactregistry.repositories.list' and 'artifactregistry.repositories.get' permissions.`,
    ],
    [
        "with a repository in another region",
        { build: { dockerRepository: repository.replace(location, "europe-west4") } },
        `Error 400: Cross-location repositories are not supported: ${repository.replace(location, "europe-west4")} must be in ${location}.`,
    ],
    [
        "with a repository of another project",
        { build: { dockerRepository: repository.replace(project, "acme-prod") } },
        `Error 400: Cross-project repositories are not supported: ${repository.replace(project, "acme-prod")} must be in ${project}.`,
    ],
    ["of an unknown runtime", { build: { runtime: "cobol" } }, 'Error 400: Invalid runtime "cobol"'],
    ["of a runtime that is not listed", { build: { runtime: "python399" } }, 'Error 400: Invalid runtime "python399"'],
    [
        "of a decommissioned runtime",
        { build: { runtime: "nodejs18" } },
        'Error 400: runtime: Runtime validation errors: [error_code: DEPLOYS_NOT_ALLOWED\nmessage: "Runtime nodejs18 is decommissioned and no longer allowed. Please use the latest Node.js runtime for Cloud Functions."\n]',
    ],
    [
        "with concurrency on a fraction of a CPU",
        { service: { maxInstanceRequestConcurrency: 2 } },
        `Error 400: Could not create Cloud Run service projects/${project}/locations/${location}/services/predict. spec.template.spec.containers.resources.limits.cpu: Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.`,
    ],
])("a function %s is refused", (_, more, message) => {
    const refusal = refusalOf(() => make(prepared(), more));
    expect(refusal.slice(0, `Error creating function: googleapi: ${message}`.length)).toBe(
        `Error creating function: googleapi: ${message}`,
    );
});

test("a function is refused from the day its runtime is decommissioned", () => {
    const day = process.env.SLIPWAY_LOCAL_DATE;
    const on = (date: string) => {
        process.env.SLIPWAY_LOCAL_DATE = date;
        return prepared();
    };
    try {
        make(on("2029-04-01"));
        expect(refusalOf(() => make(on("2029-04-02")))).toContain("Runtime python312 is decommissioned");
        expect(refusalOf(() => make(on("soon")))).toContain(
            'SLIPWAY_LOCAL_DATE must be a date such as 2026-11-21 (got "soon")',
        );
    } finally {
        process.env.SLIPWAY_LOCAL_DATE = day;
    }
});

test.each([
    ["128Mi", "0.0833"],
    ["512M", "0.3333"],
    ["1Gi", "0.5833"],
    ["2048M", "1"],
    ["4Gi", "2"],
    ["32Gi", "8"],
])("with %s of memory a function has %s CPUs", (availableMemory, availableCpu) => {
    expect(make(prepared(), { service: { availableMemory } }).state.serviceConfig.availableCpu).toBe(availableCpu);
});

describe("a build", () => {
    const deniedSource = (world: World) =>
        `Error code 13, message: Build failed with status: FAILURE and message: failed to Fetch: failed to download archive gs://gcf-v2-sources-${world.number}-${location}/predict/function-source.zip: Access to bucket gcf-v2-sources-${world.number}-${location} denied. You must grant Storage Object Viewer permission to ${email("predict-build")}. If you are using VPC Service Controls, you must also grant it access to your service perimeter.`;

    test.each(["source", "image", "log"])(
        "fails without the account's permission for the %s, and the function remains in a failed state, which an update fixes",
        (without) => {
            const world = prepared({ roles: false });
            const message = without === "source" ? deniedSource(world) : missingPermission;
            grantBuild(world, without);
            const inputs = world.checked(tokenOf("Function"), definition());
            const failure = (() => {
                try {
                    return world.provider.create(tokenOf("Function"), inputs, false);
                } catch (error) {
                    return error;
                }
            })();
            const id = `projects/${project}/locations/${location}/functions/predict`;
            expect(failure).toMatchObject({
                id,
                state: { name: "predict", state: "FAILED" },
                message: `Error waiting to create function: Error waiting for Creating function: ${message}`,
            });
            const failed = { token: tokenOf("Function"), inputs, ...(failure as { id: string; state: Inputs }) };
            expect(world.refreshed(failed)?.state.state).toBe("FAILED");
            expect(refusalOf(() => make(world))).toContain("Error 409: Resource");
            expect(refusalOf(() => world.update(failed, inputs))).toBe(
                `Error waiting for Updating function: ${message}`,
            );
            const [type, grant] = buildGrants[without] as [string, Inputs];
            world.make(type, { ...grant, member: `serviceAccount:${email("predict-build")}` });
            expect(world.update(failed, inputs).state.state).toBe("ACTIVE");
            expect(world.cloud.store.list("//run.googleapis.com")).toHaveLength(1);
        },
    );

    test("reads the copy of the source that Cloud Functions makes, not the program's own bucket", () => {
        const world = prepared({ roles: false });
        const member = `serviceAccount:${email("predict-build")}`;
        grantBuild(world, "source");
        const role = "roles/storage.objectViewer";
        world.make("BucketIAMMember", { bucket: "acme-source", role, member });
        world.make("ProjectIAMMember", { project, role, member, condition: copiedSource("gcf-v2-uploads-") });
        expect(refusalOf(() => make(world))).toContain(deniedSource(world));
        const name = `gcf-v2-sources-${world.number}-${location}`;
        expect(world.cloud.store.read(`//storage.googleapis.com/buckets/${name}`)).toMatchObject({ project, id: name });
    });

    test("writes the images of functions that name no repository to one that Cloud Functions creates", () => {
        const world = prepared({ roles: false });
        const id = `projects/${project}/locations/${location}/repositories/gcf-artifacts`;
        const repository = () => world.cloud.store.read(`//artifactregistry.googleapis.com/${id}`);
        expect(repository()).toBeUndefined();
        make(world, {
            build: { dockerRepository: undefined, serviceAccount: undefined },
            service: { serviceAccountEmail: undefined },
        });
        expect(repository()).toMatchObject({ project, id });
        const images = world.cloud.store.list(`//artifactregistry.googleapis.com/${id}/dockerImages/`);
        expect(images.map(({ state }) => state.image)).toEqual(["acme--dev__europe--west1__predict"]);
    });

    test("as the project's default account needs no grants", () => {
        const world = prepared({ roles: false });
        const made = make(world, { build: { serviceAccount: undefined }, service: { serviceAccountEmail: undefined } });
        const account = `${world.number}-compute@developer.gserviceaccount.com`;
        expect(made.state).toMatchObject({
            buildConfig: { serviceAccount: `projects/${project}/serviceAccounts/${account}` },
            serviceConfig: { serviceAccountEmail: account },
        });
    });

    test("fails if the source has no main file for its runtime, or is not an archive", () => {
        const world = prepared();
        expect(refusalOf(() => make(world, { build: { runtime: "nodejs22" } }))).toBe(
            "Error waiting to create function: Error waiting for Creating function: Error code 3, message: Build failed with status: FAILURE and message: missing index.js; it has main.py, requirements.txt",
        );
        world.make("BucketObject", { bucket: "acme-source", name: "code.txt", content: "no zip" });
        const source = { storageSource: { bucket: "acme-source", object: "code.txt" } };
        expect(refusalOf(() => make(world, { name: "other", build: { source } }))).toContain("is not a zip archive");
    });
});

describe("a trigger", () => {
    const message = "google.cloud.pubsub.topic.v1.messagePublished";
    const finalized = "google.cloud.storage.object.v1.finalized";
    const topicTrigger = { eventType: message, pubsubTopic: `projects/${project}/topics/sales` };
    const bucketTrigger = (bucket: string, more: Inputs = {}) => ({
        eventType: finalized,
        eventFilters: [{ attribute: "bucket", value: bucket }],
        serviceAccountEmail: email("predict-trigger"),
        ...more,
    });
    const validation = expect.stringMatching(
        new RegExp(
            `^Error creating function: googleapi: Error \\d+: Validation failed for trigger projects/${project}/locations/${location}/triggers/predict-\\d{6}: `,
        ),
    );
    const afterValidation = (text: string) => text.replace(/^.*?triggers\/predict-\d{6}: /s, "");

    function grantEventarc(world: World): void {
        const { member } = world.make("ServiceIdentity", { service: "eventarc.googleapis.com" }).state;
        world.make("ProjectIAMMember", { project, role: "roles/eventarc.serviceAgent", member });
    }

    function grantReceiver(world: World): void {
        const member = `serviceAccount:${email("predict-trigger")}`;
        world.make("ProjectIAMMember", { project, role: "roles/eventarc.eventReceiver", member });
    }

    test("is refused without Eventarc's API, and while its service agent lacks its role", () => {
        const world = prepared();
        const refusal = () => refusalOf(() => make(world, { eventTrigger: topicTrigger }));
        const agent =
            'Invalid resource state for "": Permission denied while using the Eventarc Service Agent. If you recently started to use Eventarc, it may take a few minutes before all necessary permissions are propagated to the Service Agent. Otherwise, verify that it has Eventarc Service Agent role.';
        expect(refusal()).toEqual(validation);
        expect(afterValidation(refusal())).toBe(agent);
        world.make("ServiceIdentity", { service: "eventarc.googleapis.com" });
        expect(afterValidation(refusal())).toBe(agent);
        world.remove(world.make("Service", { service: "eventarc.googleapis.com", disableOnDestroy: true }));
        expect(refusal()).toEqual(validation);
        expect(afterValidation(refusal())).toMatch(/^Eventarc API has not been used in project acme-dev before/);
    });

    test("for messages is refused without its topic; otherwise the topic's messages are pushed to the function", () => {
        const world = prepared();
        grantEventarc(world);
        const missing = { ...topicTrigger, pubsubTopic: `projects/${project}/topics/orders` };
        const refusal = refusalOf(() => make(world, { eventTrigger: missing }));
        expect(refusal).toEqual(validation);
        expect(afterValidation(refusal)).toBe("Resource not found (resource=orders).");
        const { state } = make(world, { eventTrigger: topicTrigger });
        expect(state.eventTrigger).toMatchObject({
            ...topicTrigger,
            retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
            triggerRegion: location,
            serviceAccountEmail: `${world.number}-compute@developer.gserviceaccount.com`,
        });
        const subscriptions = world.cloud.store.list(`//pubsub.googleapis.com/projects/${project}/subscriptions`);
        expect(subscriptions.map((each) => each.state.topic)).toEqual([topicTrigger.pubsubTopic]);
    });

    test("for a bucket is refused until bucket, location and accounts are valid", () => {
        const world = prepared();
        grantEventarc(world);
        world.make("Bucket", { name: "acme-far", location: "us-east1" });
        const refusal = (trigger: Inputs) => refusalOf(() => make(world, { eventTrigger: trigger }));

        expect(refusal(bucketTrigger("acme-other"))).toEqual(validation);
        expect(afterValidation(refusal(bucketTrigger("acme-other")))).toBe(
            'Permission "storage.buckets.get" denied on "Bucket \\"acme-other\\" could not be validated. Please verify that the bucket exists and that the Eventarc service account has permission."',
        );
        expect(afterValidation(refusal(bucketTrigger("acme-far")))).toBe(
            "Bucket 'acme-far' is in location 'us-east1', but the trigger location is 'europe-west1'. The trigger must be in the same location as the bucket. Try redeploying and changing the trigger location to 'us-east1'",
        );
        expect(afterValidation(refusal(bucketTrigger("acme-source")))).toBe(
            `Permission "eventarc.events.receiveEvent" denied on "${email("predict-trigger")}"`,
        );
        grantReceiver(world);
        const failure = refusal(bucketTrigger("acme-source"));
        expect(failure.replace(/predict-\d{6}/, "predict-123456")).toBe(
            `Error waiting to create function: Error waiting for Creating function: Error code 7, message: Creating trigger failed for projects/${project}/locations/${location}/triggers/predict-123456: The Cloud Storage service account for your bucket is unable to publish to Cloud Pub/Sub topics in the specified project.\nTo use GCS CloudEvent triggers, the GCS service account requires the Pub/Sub Publisher (roles/pubsub.publisher) IAM role in the specified project. (See https://cloud.google.com/eventarc/docs/run/quickstart-storage#before-you-begin)`,
        );
        const { member } = world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
        world.make("ProjectIAMMember", { project, role: "roles/pubsub.publisher", member });

        const made = make(world, { name: "record", eventTrigger: bucketTrigger("acme-source") });
        const { trigger, pubsubTopic } = made.state.eventTrigger;
        expect(trigger).toMatch(new RegExp(`^projects/${project}/locations/${location}/triggers/record-\\d{6}$`));
        expect(pubsubTopic).toBe(
            `projects/${project}/topics/eventarc-${location}-${trigger.split("/").at(-1)}-${pubsubTopic.slice(-3)}`,
        );
        const topic = { name: pubsubTopic.split("/").at(-1) };
        expect(refusalOf(() => world.make("Topic", topic))).toContain("Error 409: Resource already exists");

        world.remove(made);
        const left = [
            ...world.cloud.store.list("//eventarc.googleapis.com"),
            ...world.cloud.store.list("//run.googleapis.com"),
        ];
        expect(left).toEqual([]);
        world.make("Topic", topic);
    });

    test("of a function can be moved by an update, but not added or removed", () => {
        const world = prepared();
        grantEventarc(world);
        const made = make(world, { eventTrigger: topicTrigger });
        const moved = world.update(
            made,
            definition({ eventTrigger: { ...topicTrigger, triggerRegion: "europe-west4" } }),
        );
        const triggers = world.cloud.store.list("//eventarc.googleapis.com");
        expect(triggers.map(({ id }) => id)).toEqual([moved.state.eventTrigger.trigger]);
        expect(moved.state.eventTrigger.trigger).toContain("/locations/europe-west4/triggers/predict-");
        expect(refusalOf(() => world.update(moved, definition()))).toContain(
            `Error updating function "${made.id}": googleapi: Error 400: Cannot change trigger type`,
        );
    });
});

describe("a repository", () => {
    const images = { repositoryId: "models", format: "docker" };

    test("is in the provider's region by default, and refused without one", () => {
        const world = prepared();
        expect(world.make("Repository", images)).toMatchObject({
            id: `projects/${project}/locations/${location}/repositories/models`,
            state: {
                name: "models",
                format: "DOCKER",
                location,
                registryUri: `${location}-docker.pkg.dev/${project}/models`,
                vulnerabilityScanningConfig: {
                    enablementConfig: "",
                    enablementState: "SCANNING_DISABLED",
                    enablementStateReason: "API containerscanning.googleapis.com is not enabled.",
                },
            },
        });
        const nowhere = world.beside({ project });
        expect(refusalOf(() => nowhere.make("Repository", images))).toBe(
            "Cannot determine location: set in this resource, or set provider-level 'region' or 'zone'.",
        );
    });

    test("is refused with an existing or invalid name, or without a location", () => {
        const world = prepared();
        world.make("Repository", images);
        expect(refusalOf(() => world.make("Repository", images))).toBe(
            "Error creating Repository: googleapi: Error 409: the repository already exists",
        );
        expect(refusalOf(() => world.make("Repository", { ...images, repositoryId: "Models" }))).toContain(
            "Error 400: ",
        );
        expect(refusalOf(() => world.make("Repository", { ...images, location: "europe-west99" }))).toContain(
            `Error 403: Permission 'artifactregistry.repositories.create' denied on resource '//artifactregistry.googleapis.com/projects/${project}/locations/europe-west99' (or it may not exist).`,
        );
    });

    test("has exactly one upstream", () => {
        const world = prepared();
        const make = (remoteRepositoryConfig: Inputs) =>
            world.make("Repository", { ...images, mode: "REMOTE_REPOSITORY", remoteRepositoryConfig });
        const two = {
            dockerRepository: { publicRepository: "DOCKER_HUB" },
            commonRepository: { uri: "https://acme.com" },
        };
        expect(refusalOf(() => make(two))).toBe(
            'remoteRepositoryConfig.commonRepository: Invalid combination of arguments. "remote_repository_config.0.common_repository": only one of `remote_repository_config.0.apt_repository,remote_repository_config.0.common_repository,remote_repository_config.0.docker_repository,remote_repository_config.0.maven_repository,remote_repository_config.0.npm_repository,remote_repository_config.0.python_repository,remote_repository_config.0.yum_repository` can be specified, but `remote_repository_config.0.common_repository,remote_repository_config.0.docker_repository` were specified.',
        );
        expect(refusalOf(() => make({}))).toBe(
            'remoteRepositoryConfig.aptRepository: Invalid combination of arguments. "remote_repository_config.0.apt_repository": one of `remote_repository_config.0.apt_repository,remote_repository_config.0.common_repository,remote_repository_config.0.docker_repository,remote_repository_config.0.maven_repository,remote_repository_config.0.npm_repository,remote_repository_config.0.python_repository,remote_repository_config.0.yum_repository` must be specified',
        );
        expect(refusalOf(() => make({ dockerRepository: { publicRepository: "QUAY" } }))).toBe(
            'remoteRepositoryConfig.dockerRepository.publicRepository: expected remote_repository_config.0.docker_repository.0.public_repository to be one of ["DOCKER_HUB" ""], got QUAY',
        );
    });
});
