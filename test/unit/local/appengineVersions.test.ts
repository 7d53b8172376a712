import { createHash } from "node:crypto";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { application, bucket, deploy, standard, warmup, withSource } from "./appengineWorld";
import { refusalOf, upload } from "./world";

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

test("a version has server defaults, and creates its service with all traffic", () => {
    const world = application();
    const { id, state } = deploy(world, "v1");
    expect({ id, state }).toEqual({
        id: "apps/acme-dev/services/default/versions/v1",
        state: {
            ...standard,
            versionId: "v1",
            project: "acme-dev",
            name: "apps/acme-dev/services/default/versions/v1",
            automaticScaling: { standardSchedulerSettings: { maxInstances: 20 } },
            deleteServiceOnDestroy: false,
            deletionPolicy: "DELETE",
            handlers: [
                {
                    urlRegex: ".*",
                    authFailAction: "AUTH_FAIL_ACTION_REDIRECT",
                    login: "LOGIN_OPTIONAL",
                    script: { scriptPath: "auto" },
                    securityLevel: "SECURE_OPTIONAL",
                },
            ],
            instanceClass: "F1",
            noopOnDestroy: false,
            serviceAccount: "acme-dev@appspot.gserviceaccount.com",
        },
    });
    deploy(world, "v2");
    expect(world.cloud.store.read("//appengine.googleapis.com/apps/acme-dev/services/default")?.state).toEqual({
        name: "apps/acme-dev/services/default",
        id: "default",
        split: { allocations: { v1: 1 } },
    });
});

test("a redeployed version remains the same, with its traffic", () => {
    const world = application();
    const made = deploy(world, "v1");
    const more = { ...standard, versionId: "v1", envVariables: { LOG_LEVEL: "debug" } };
    expect(world.changed(made, more)).toEqual(["envVariables"]);
    expect(world.update(made, more).state).toEqual({ ...made.state, envVariables: { LOG_LEVEL: "debug" } });
    expect(deploy(world, "v1").state).toEqual(made.state);
    expect(world.cloud.store.read("//appengine.googleapis.com/apps/acme-dev/services/default")?.state.split).toEqual({
        allocations: { v1: 1 },
    });
});

const creating = "Error creating StandardAppVersion: googleapi: Error";

test.each<[string, Inputs, string]>([
    [
        "of a service before the default one",
        { service: "web" },
        `${creating} 400: The first service (module) you upload to a new application must be the 'default' service (module).`,
    ],
    ["of a service with an invalid name", { service: "Web" }, `${creating} 400: Invalid service name 'Web'`],
    ["without an id", { versionId: undefined }, `${creating} 400: Invalid version ID ''`],
    ["with capitals", { versionId: "V1" }, `${creating} 400: Invalid version ID 'V1'`],
    ["with a reserved id", { versionId: "ah-1" }, `${creating} 400: Invalid version ID 'ah-1'`],
    [
        "with too long a host name",
        { versionId: "v".repeat(60) },
        `${creating} 400: The combined length of version, service and project ids`,
    ],
    [
        "without a runtime",
        { runtime: "python3" },
        `${creating} 400: Invalid runtime 'python3' specified. Accepted runtimes are:`,
    ],
    [
        "of a runtime past its end",
        { runtime: "python39" },
        `${creating} 400: Error(s) encountered validating runtime. Runtime python39 is end of support and no longer allowed. Please use the latest Python runtime for App Engine Standard.`,
    ],
    [
        "with a missing account",
        { serviceAccount: "web@acme-dev.iam.gserviceaccount.com" },
        `${creating} 403: You do not have permission to act as 'web@acme-dev.iam.gserviceaccount.com'`,
    ],
    [
        "with an illegal variable",
        { envVariables: { "LOG-LEVEL": "info" } },
        "400: Invalid environment variable name 'LOG-LEVEL'.",
    ],
    [
        "with too many variables",
        { envVariables: { A: "a".repeat(60_000) } },
        "400: The environment variables must not be larger",
    ],
    ["with an empty handler", { handlers: [{ urlRegex: "/.*" }] }, "400: Each handler must have"],
    [
        "with a class of another scaling",
        { instanceClass: "B2" },
        "400: Invalid instance class 'B2' for automatic scaling: it must be one of F1, F2, F4, F4_1G.",
    ],
    [
        "with a class of automatic scaling",
        { instanceClass: "F1", basicScaling: { maxInstances: 1 } },
        "400: Invalid instance class 'F1' for basic scaling: it must be one of B1, B2, B4, B4_1G, B8.",
    ],
    [
        "with too many instances",
        { basicScaling: { maxInstances: 201 } },
        "basicScaling.maxInstances (201) must be in the range [1, 200].",
    ],
    ["without instances", { manualScaling: { instances: 0 } }, "400: manualScaling.instances (0)"],
    [
        "with an idle timeout of 0",
        { basicScaling: { maxInstances: 1, idleTimeout: "10m" } },
        `400: Invalid value at 'version.basicScaling.idleTimeout' (type.googleapis.com/google.protobuf.Duration), "10m"`,
    ],
    [
        "with too many requests",
        { automaticScaling: { maxConcurrentRequests: 1001 } },
        "automaticScaling.maxConcurrentRequests (1001)",
    ],
    [
        "with too long a latency",
        { automaticScaling: { maxPendingLatency: "10.5s" } },
        "automaticScaling.maxPendingLatency (10.5s) must be in the range [0.001s, 10s]",
    ],
    [
        "with too many idle instances",
        { automaticScaling: { minIdleInstances: 3, maxIdleInstances: 2 }, ...warmup },
        "automaticScaling.minIdleInstances (3) must be less than or equal to maxIdleInstances (2).",
    ],
    [
        "with an invalid target",
        { automaticScaling: { standardSchedulerSettings: { targetCpuUtilization: 0.3 } } },
        "automaticScaling.standardSchedulerSettings.targetCpuUtilization (0.3) must be in the range [0.5, 0.95].",
    ],
    [
        "with a minimum of instances above the maximum",
        { automaticScaling: { standardSchedulerSettings: { minInstances: 3, maxInstances: 2 } } },
        "minInstances (3) must be less than or equal to maxInstances (2).",
    ],
    [
        "of a missing archive",
        { deployment: { zip: { sourceUrl: `${bucket}/other.zip` } } },
        `400: The following files referenced in the manifest do not exist or are not readable: ${bucket}/other.zip`,
    ],
    [
        "of a URL outside of Cloud Storage",
        { deployment: { zip: { sourceUrl: "gs://acme-files/code.zip" } } },
        "400: Invalid source URL 'gs://acme-files/code.zip'",
    ],
    [
        "of a file with another checksum",
        { deployment: { files: [{ name: "main.py", sourceUrl: `${bucket}/main.py`, sha1Sum: sha1("other") }] } },
        `400: The SHA1 hash of file 'main.py' is ${sha1("app")}, but the manifest says ${sha1("other")}.`,
    ],
    [
        "of a file with an invalid path",
        { deployment: { files: [{ name: "../main.py", sourceUrl: `${bucket}/main.py` }] } },
        "400: Invalid file name '../main.py' in the manifest.",
    ],
    [
        "of no files",
        { deployment: {} },
        'deployment.files: Missing required argument. "deployment.0.files": one of `deployment.0.files,deployment.0.zip` must be specified',
    ],
    [
        "of an invalid archive",
        { deployment: { zip: { sourceUrl: `${bucket}/main.py` } } },
        "Creating StandardAppVersion: Error code 3, message: Error processing zip file.",
    ],
    [
        "of an archive with too many files",
        { deployment: { zip: { sourceUrl: `${bucket}/two.zip`, filesCount: 1 } } },
        "Error code 3, message: Error processing zip file: it has 2 files, more than files_count (1).",
    ],
])("a version %s is refused, and nothing remains", (_, more, words) => {
    const world = application();
    world.make("BucketObject", { bucket: "acme-files", name: "main.py", content: "app" });
    upload(world, "acme-files", "two.zip", { "main.py": "", "other.py": "" });
    expect(refusalOf(() => deploy(world, "v1", more))).toContain(words);
    expect(world.cloud.store.list("//appengine.googleapis.com/apps/acme-dev/services")).toEqual([]);
});

test("files must match the checksums of the manifest", () => {
    const world = application();
    world.make("BucketObject", { bucket: "acme-files", name: "main.py", content: "app" });
    const files = [{ name: "main.py", sourceUrl: `${bucket}/main.py`, sha1Sum: sha1("app") }];
    expect(deploy(world, "v1", { deployment: { files } }).state.deployment).toEqual({ files });
});

test("a version requires the application and the APIs of App Engine and Cloud Build", () => {
    const world = withSource();
    expect(refusalOf(() => deploy(world, "v1"))).toBe(`${creating} 404: Could not find Application "acme-dev".`);
    const off = (api: string) =>
        world.cloud.store.remove(`//serviceusage.googleapis.com/projects/acme-dev/services/${api}.googleapis.com`);
    world.make("Application", { locationId: "europe-west" });
    off("cloudbuild");
    expect(refusalOf(() => deploy(world, "v1"))).toContain(
        "Error code 7, message: Cloud Build API has not been used in project acme-dev before or it is disabled.",
    );
    off("appengine");
    expect(refusalOf(() => deploy(world, "v1"))).toContain(
        "403: App Engine Admin API has not been used in project acme-dev",
    );
});

test("a version's connector must exist, in the application's region", () => {
    const world = application();
    world.enable("vpcaccess");
    const connector = (region: string) => `projects/acme-dev/locations/${region}/connectors/to-net`;
    const range = { europe: "10.8.0.0/28", us: "10.9.0.0/28" };
    world.make("Connector", { name: "to-net", region: "europe-west1", network: "default", ipCidrRange: range.europe });
    world.make("Connector", { name: "to-net", region: "us-east1", network: "default", ipCidrRange: range.us });
    const through = (name: string) => () => deploy(world, "v1", { vpcAccessConnector: { name } });
    expect(refusalOf(through("to-net"))).toContain("400: Invalid VPC Access connector name 'to-net'");
    expect(refusalOf(through(connector("us-west1")))).toContain("404: VPC Access connector");
    expect(refusalOf(through(connector("us-east1")))).toContain(
        "must be in the region of the application, europe-west1.",
    );
    expect(through(connector("europe-west1"))().state.vpcAccessConnector).toEqual({ name: connector("europe-west1") });
});

test("an application has at most 210 versions", () => {
    const world = application();
    const { state } = deploy(world, "v1");
    for (let number = 2; number <= 210; number++) {
        const id = `apps/acme-dev/services/default/versions/v${number}`;
        const type = "gcp:appengine/standardAppVersion:StandardAppVersion";
        world.cloud.store.write({ name: `//appengine.googleapis.com/${id}`, project: "acme-dev", type, id, state });
    }
    expect(refusalOf(() => deploy(world, "v211"))).toBe(
        `${creating} 400: Your app may not have more than 210 versions. Please delete one of the existing versions before trying to create a new version.`,
    );
    expect(deploy(world, "v210").state.versionId).toBe("v210");
});

const deleting = "Error when reading or editing AppVersion: googleapi: Error 400: Cannot delete";

test("a version with traffic or the last one of a service cannot be deleted, others can", () => {
    const world = application();
    const first = deploy(world, "v1");
    expect(refusalOf(() => world.remove(first))).toBe(
        `${deleting} the final version of a service (module). Please delete the whole service (module) in order to delete this version.`,
    );
    const second = deploy(world, "v2");
    expect(refusalOf(() => world.remove(first))).toBe(
        `${deleting} a version with a non-zero traffic allocation. Please update your traffic split to remove the allocation for this version and try again.`,
    );
    world.remove(second);
    expect(world.refreshed(second)).toBeUndefined();
});

test("a version is retained if configured, and deletes its service if configured", () => {
    const world = application();
    const kept = deploy(world, "v1", { noopOnDestroy: true });
    world.remove(kept);
    expect(world.refreshed(kept)).toEqual(kept);
    const abandoned = deploy(world, "v2", { deletionPolicy: "ABANDON" });
    world.remove(abandoned);
    expect(world.refreshed(abandoned)).toEqual(abandoned);
    const prevented = deploy(world, "v3", { deletionPolicy: "PREVENT" });
    expect(refusalOf(() => world.remove(prevented))).toBe(
        'cannot destroy AppEngineStandardAppVersion without setting deletion_policy="DELETE" and running `terraform apply`',
    );
    const whole = [
        deploy(world, "v1", { service: "web", deleteServiceOnDestroy: true }),
        deploy(world, "v2", { service: "web", deleteServiceOnDestroy: true }),
    ] as const;
    world.remove(whole[0]);
    world.remove(whole[1]);
    expect(whole.map((each) => world.refreshed(each))).toEqual([undefined, undefined]);
    const last = deploy(world, "v4", { deleteServiceOnDestroy: true });
    expect(refusalOf(() => world.remove(last))).toBe(
        "Error when reading or editing Service: googleapi: Error 400: The default service (module) may not be deleted.",
    );
});

test("a new ID, another project and other bundled services create a new version; other changes are deployed over it", () => {
    const world = application();
    const made = deploy(world, "v1");
    const wanted = {
        ...made.inputs,
        versionId: "v2",
        appEngineApis: true,
        runtime: "python314",
        entrypoint: { shell: "a" },
    };
    const { replaced, changed } = world.provider.diff(made.token, wanted, made.inputs, made.state);
    expect(replaced).toEqual(["versionId", "appEngineApis"]);
    expect([...changed.keys()]).toEqual(expect.arrayContaining(["runtime", "entrypoint.shell"]));
});

test("a version is not built if its account cannot use the application's staging bucket, and push to repositories", () => {
    const world = withSource();
    world.make("Application", { locationId: "europe-west" });
    const refused = () => refusalOf(() => deploy(world, "v1"));
    const member = "serviceAccount:acme-dev@appspot.gserviceaccount.com";
    const grant = (role: string) =>
        world.make("BucketIAMMember", { bucket: "staging.acme-dev.appspot.com", role, member });
    const repository = (location: string, id: string) =>
        world.cloud.store.read(
            `//artifactregistry.googleapis.com/projects/acme-dev/locations/${location}/repositories/${id}`,
        );
    const noBucket =
        'invalid bucket "staging.acme-dev.appspot.com"; service account acme-dev@appspot.gserviceaccount.com does not have access to the bucket';

    expect(refused()).toContain(noBucket);
    grant("roles/storage.objectViewer");
    expect(refused()).toContain(noBucket);
    const reader = grant("roles/storage.legacyBucketReader");
    grant("roles/storage.objectCreator");
    expect(refused()).toContain('"storage.objects.delete"');
    world.remove(reader);
    grant("roles/storage.legacyBucketWriter");
    expect(refused()).toContain("artifactregistry.repositories.uploadArtifacts");
    expect(repository("europe-west1", "gae-standard")).toBeDefined();
    expect(repository("europe", "eu.gcr.io")).toBeUndefined();
    for (const role of ["roles/artifactregistry.createOnPushWriter", "roles/logging.logWriter"]) {
        world.make("ProjectIAMMember", { project: "acme-dev", role, member });
    }
    expect(deploy(world, "v1").state.versionId).toBe("v1");
    expect(repository("europe", "eu.gcr.io")).toBeDefined();
    const images = world.cloud.store.list(
        "//artifactregistry.googleapis.com/projects/acme-dev/locations/europe-west1/repositories/gae-standard/dockerImages/",
    );
    expect(images.map(({ state }) => state.image)).toEqual(["default.v1"]);
});
