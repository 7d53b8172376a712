import type { Inputs } from "../../../local/rules/rules";
import { code } from "./functionCode";
import { refusalOf, upload, World } from "./world";

const image = "europe-west1-docker.pkg.dev/acme-dev/images/app:1";
const account = "web-run@acme-dev.iam.gserviceaccount.com";
const place = { name: "web", location: "europe-west1", deletionProtection: false };

function prepared(): World {
    const world = new World().grantEditors();
    world.enable("run", "iam", "artifactregistry", "compute", "vpcaccess", "secretmanager");
    world.account("web-run");
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    return world;
}

const serve = (world: World, template: Inputs = {}, more: Inputs = {}) =>
    world.make("RunService", { ...place, ...more, template: { containers: [{ image }], ...template } });

const creating = "Error creating Service: googleapi: Error";

test("a service has its URLs and its revision, which every update creates anew", () => {
    const world = prepared();
    const made = serve(world);
    expect(made).toMatchObject({
        id: "projects/acme-dev/locations/europe-west1/services/web",
        state: {
            ingress: "INGRESS_TRAFFIC_ALL",
            uri: expect.stringMatching(/^https:\/\/web-[0-9a-v]{10}-ew\.a\.run\.app$/),
            urls: [`https://web-${world.number}.europe-west1.run.app`, made.state.uri],
            template: { serviceAccount: `${world.number}-compute@developer.gserviceaccount.com`, timeout: "300s" },
        },
    });
    const template = { containers: [{ image }], timeout: "60s" };
    const updated = world.update(made, { ...place, template });
    expect(updated.state).toMatchObject({ generation: "2", uri: made.state.uri, uid: made.state.uid });
    expect(updated.state.latestReadyRevision).toMatch(/\/revisions\/web-00002-[0-9a-f]{3}$/);
    expect(updated.state.latestReadyRevision).not.toBe(made.state.latestReadyRevision);
});

test.each<[string, Inputs, string]>([
    [
        "a missing account",
        { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" },
        "403: Permission 'iam.serviceaccounts.actAs' denied on service account gone@acme-dev.iam.gserviceaccount.com (or it may not exist).",
    ],
    [
        "no container",
        { containers: [] },
        "400: Violation in CreateServiceRequest.service.template.containers: must have 1 to 10 containers.",
    ],
    [
        "too high a concurrency",
        { maxInstanceRequestConcurrency: 1001 },
        "400: Violation in CreateServiceRequest.service.template.max_instance_request_concurrency: must be between 0 and 1000.",
    ],
    [
        "too long a timeout",
        { timeout: "3601s" },
        "400: Violation in CreateServiceRequest.service.template.timeout: must be between 1 and 3600 seconds.",
    ],
    [
        "a minimum of instances above the maximum",
        { scaling: { minInstanceCount: 4, maxInstanceCount: 3 } },
        "400: Violation in CreateServiceRequest.service.template.scaling: min_instance_count must not be greater than max_instance_count.",
    ],
    [
        "neither a connector nor a network",
        { vpcAccess: { egress: "ALL_TRAFFIC" } },
        "400: Violation in CreateServiceRequest.service.template.vpc_access.connector: one and only one of connector and network_interfaces must be set.",
    ],
    [
        "a missing connector",
        { vpcAccess: { connector: "egress" } },
        "400: VPC connector egress does not exist, or Cloud Run does not have permission to use it.",
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
])("a service is refused with %s", (_, template, words) => {
    expect(refusalOf(() => serve(prepared(), template))).toBe(`${creating} ${words}`);
});

test.each([
    ["0.25", "512Mi", 1, undefined],
    ["0.5", "1Gi", 1, undefined],
    ["1", "4Gi", 80, undefined],
    ["2000m", "8Gi", 80, undefined],
    ["8", "32Gi", 80, undefined],
    ["0.25", "1Gi", 1, "For 0.25 CPU, memory must be between 128Mi and 512Mi inclusive."],
    ["1", "8Gi", 80, "For 1 CPU, memory must be between 128Mi and 4096Mi inclusive."],
    ["4", "32Gi", 80, "For 4 CPU, memory must be between 2048Mi and 16384Mi inclusive."],
    ["6", "2Gi", 80, "For 6 CPU, memory must be between 4096Mi and 24576Mi inclusive."],
    ["1", "64Mi", 80, "For 1 CPU, memory must be between 128Mi and 4096Mi inclusive."],
    ["3", "2Gi", 80, "Invalid value specified for cpu. Must be 0.08 to 1, 2, 4, 6 or 8."],
    ["0.5", "512Mi", 2, "Total cpu < 1 is not supported with concurrency > 1."],
])("%s CPUs with %s of memory for %d requests: %s", (cpu, memory, maxInstanceRequestConcurrency, words) => {
    const containers = [{ image, resources: { limits: { cpu, memory } } }];
    const make = () => serve(prepared(), { containers, maxInstanceRequestConcurrency });
    if (words === undefined) {
        expect(make().state.template.containers[0].resources.limits).toEqual({ cpu, memory });
    } else {
        expect(refusalOf(make)).toContain(words);
    }
});

test("a service whose image or secret cannot be read exists in a failed state, until that is fixed", () => {
    const world = prepared();
    const broken = (revision: string) =>
        `Error waiting to create Service: Error waiting for Creating Service: Error code ${revision}`;
    const other = "europe-west1-docker.pkg.dev/acme-dev/others/app:1";
    expect(refusalOf(() => serve(world, { containers: [{ image: other }] }))).toMatch(
        new RegExp(
            `^${broken("5")}, message: Revision 'web-00001-\\w{3}' is not ready and cannot serve traffic\\. Image '${other}' not found\\.$`,
        ),
    );
    const path = "//run.googleapis.com/projects/acme-dev/locations/europe-west1/services/web";
    expect(world.cloud.store.read(path)?.state.terminalConditions).toEqual([
        { type: "Ready", state: "CONDITION_FAILED" },
    ]);
    expect(refusalOf(() => serve(world))).toBe(`${creating} 409: Resource already exists.`);

    const reading = {
        serviceAccount: account,
        containers: [{ image, envs: [{ name: "KEY", valueSource: { secretKeyRef: { secret: "key" } } }] }],
    };
    const version = `projects/${world.number}/secrets/key/versions/latest`;
    const read = (name: string) => serve(world, reading, { name });
    expect(refusalOf(() => read("first"))).toContain(`Error code 5, message: Revision 'first-00001-`);
    const secret = world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: secret.id, secretData: "text" });
    expect(refusalOf(() => read("second"))).toContain(
        `Permission denied on secret: ${version} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
    );
    const member = `serviceAccount:${account}`;
    world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
    expect(read("third").state.reconciling).toBe(false);
});

test("a service reserves addresses of its subnetwork until it is deleted or moved", () => {
    const world = prepared();
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    const subnetwork = world.make("Subnetwork", { name: "private", network: "private", ipCidrRange: "10.0.0.0/24" });
    const made = serve(world, { vpcAccess: { networkInterfaces: [{ network: "private" }] } });
    expect(made.state.template.vpcAccess).toEqual({
        egress: "PRIVATE_RANGES_ONLY",
        networkInterfaces: [{ network: "private", subnetwork: "private" }],
    });
    expect(refusalOf(() => world.remove(subnetwork))).toContain("/addresses/serverless-ipv4-");
    const moved = world.update(made, { ...place, template: { containers: [{ image }] } });
    world.remove(subnetwork);
    world.remove(moved);
});

test("a function is refused if a program's service has its name, and its own service can be read like any other", () => {
    const world = prepared();
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
