import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, tokenOf, upload, World } from "./world";

const location = "europe-west1";
const project = "acme-dev";
const path = (collection: string, name: string) => `projects/${project}/${collection}/${name}`;
const account = `predict-run@${project}.iam.gserviceaccount.com`;

/** A project with a secret of one version, a network with a subnetwork, and the requirements of a function. */
function prepared(): World {
    const world = new World({ project, region: location }).grantEditors();
    world.enable("artifactregistry", "cloudbuild", "cloudfunctions", "compute", "iam", "run", "secretmanager");
    world.make("Bucket", { name: "acme-source", location });
    upload(world, "acme-source", "code.zip", { "main.py": "" });
    world.account("predict-run");
    world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: path("secrets", "key"), secretData: "canary" });
    world.make("Network", { name: "apps", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "apps", region: location, ipCidrRange: "10.0.0.0/24" });
    return world;
}

const definition = (serviceConfig: Inputs, name = "predict"): Inputs => ({
    name,
    location,
    buildConfig: { runtime: "python313", source: { storageSource: { bucket: "acme-source", object: "code.zip" } } },
    serviceConfig: { serviceAccountEmail: account, ...serviceConfig },
});

const make = (world: World, serviceConfig: Inputs) => world.make("Function", definition(serviceConfig));

const variable = { key: "API_KEY", projectId: project, secret: "key", version: "latest" };
const volume = { mountPath: "/secrets", projectId: project, secret: "key", versions: [{ path: "key", version: "1" }] };
const failure = "Error waiting to create function: Error waiting for Creating function: Error code 3, message: ";
const unready = "Could not create or update Cloud Run service predict, spec.template.spec.";

function grant(world: World): void {
    const role = "roles/secretmanager.secretAccessor";
    world.make("SecretIamMember", { secretId: path("secrets", "key"), role, member: `serviceAccount:${account}` });
}

describe("a secret of a function", () => {
    test.each([
        [{ secretEnvironmentVariables: [variable] }, "containers[0].env[0].value_from.secret_key_ref.name", "latest"],
        [{ secretVolumes: [volume] }, "volumes[0].secret.secret", "1"],
    ])("is read before the function starts, by its service account: %j", (config, field, version) => {
        const world = prepared();
        expect(refusalOf(() => make(world, config))).toBe(
            `${failure}${unready}${field}: Permission denied on secret: projects/${world.number}/secrets/key/versions/${version} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
        );
        const allowed = prepared();
        grant(allowed);
        expect(make(allowed, config).state.state).toBe("ACTIVE");
    });

    test("must exist, in a readable version", () => {
        const words = (change: Inputs) => {
            const world = prepared();
            grant(world);
            const refusal = refusalOf(() => make(world, { secretEnvironmentVariables: [{ ...variable, ...change }] }));
            return refusal.replace(String(world.number), "N");
        };
        const missing = `${failure}${unready}containers[0].env[0].value_from.secret_key_ref.name: Secret projects/N/secrets`;
        expect(words({ secret: "other" })).toBe(`${missing}/other/versions/latest was not found`);
        expect(words({ version: "2" })).toBe(`${missing}/key/versions/2 was not found`);
    });

    test("has a unique mount path", () => {
        expect(refusalOf(() => make(prepared(), { secretVolumes: [volume, volume] }))).toBe(
            "Error creating function: googleapi: Error 400: Invalid secret volumes: mount path /secrets is used more than once.",
        );
    });
});

describe("the network of a function", () => {
    const subnetwork = path(`regions/${location}/subnetworks`, "apps");
    const reaching = (network: Inputs) => ({ directVpcNetworkInterfaces: [network] });

    test.each([
        ["a subnetwork by its id", reaching({ subnetwork })],
        ["a subnetwork by its name", reaching({ subnetwork: "apps" })],
        ["a subnetwork of its network", reaching({ subnetwork, network: path("global/networks", "apps") })],
        ["a network whose subnetwork has its name", reaching({ network: "apps" })],
    ])("can be %s, and cannot be deleted before the function", (_, config) => {
        const world = prepared();
        const made = make(world, config);
        const held = () => {
            const addresses = `//compute.googleapis.com/projects/${project}/regions/${location}/addresses`;
            return world.cloud.store.list(addresses).filter(({ state }) => state.purpose === "SERVERLESS");
        };
        expect(held().map(({ state }) => state.owner)).toEqual([made.state.serviceConfig.service]);
        const left = world.update(made, definition({}));
        expect(held()).toEqual([]);
        const back = world.update(left, definition(config));
        expect(held()).toHaveLength(1);
        world.remove(back);
        expect(held()).toEqual([]);
    });

    test.each([
        [
            reaching({ subnetwork: "other" }),
            `400: Subnetwork projects/${project}/regions/${location}/subnetworks/other was not found in the region ${location}.`,
        ],
        [
            reaching({ subnetwork, network: "default" }),
            `400: Subnetwork ${subnetwork} does not belong to the network default.`,
        ],
        [
            { vpcConnector: "apps" },
            `400: VPC connector projects/${project}/locations/${location}/connectors/apps does not exist, or Cloud Functions does not have permission to use it.`,
        ],
    ])("must exist: %j", (config, words) => {
        expect(refusalOf(() => make(prepared(), config))).toBe(`Error creating function: googleapi: Error ${words}`);
    });

    test("can be used through an existing connector", () => {
        const world = prepared();
        world.enable("vpcaccess");
        world.make("Connector", {
            name: "apps",
            region: location,
            network: "apps",
            ipCidrRange: "10.8.0.0/28",
            minInstances: 2,
            maxInstances: 3,
        });
        expect(make(world, { vpcConnector: "apps" }).state.state).toBe("ACTIVE");
    });

    test("is refused if Cloud Run's service agent cannot use it", () => {
        const world = prepared();
        const agent = `service-${world.number}@serverless-robot-prod.iam.gserviceaccount.com`;
        const grantOfAgent = { role: "roles/run.serviceAgent", member: `serviceAccount:${agent}` };
        world.cloud.iam.revoke(`//cloudresourcemanager.googleapis.com/projects/${project}`, grantOfAgent);
        expect(refusalOf(() => make(world, reaching({ subnetwork })))).toBe(
            `Error creating function: googleapi: Error 403: Google Cloud Run Service Agent ${agent} does not have permission 'compute.subnetworks.use' on ${subnetwork}.`,
        );
    });
});

test("an audit trigger requires a service and a method, and the receiver role of its account", () => {
    const world = prepared();
    world.enable("eventarc", "pubsub");
    const { member } = world.make("ServiceIdentity", { service: "eventarc.googleapis.com" }).state;
    world.make("ProjectIAMMember", { project, role: "roles/eventarc.serviceAgent", member });
    const filters = [
        { attribute: "serviceName", value: "bigquery.googleapis.com" },
        { attribute: "methodName", value: "a.b" },
    ];
    const called = (eventFilters: Inputs[], more: Inputs = {}) => ({
        ...definition({}),
        eventTrigger: {
            eventType: "google.cloud.audit.log.v1.written",
            serviceAccountEmail: account,
            eventFilters,
            ...more,
        },
    });
    const refusal = (given: Inputs) =>
        refusalOf(() => world.make("Function", given)).replace(/^.*?triggers\/predict-\d{6}: /s, "");
    expect(refusal(called(filters))).toBe(`Permission "eventarc.events.receiveEvent" denied on "${account}"`);
    const role = "roles/eventarc.eventReceiver";
    world.make("ProjectIAMMember", { project, role, member: `serviceAccount:${account}` });
    for (const [left, name] of [
        [1, "methodName"],
        [0, "serviceName"],
    ] as const) {
        expect(refusal(called(filters.slice(0, left)))).toContain(
            `The request was invalid: missing required attribute "${name}" for event type google.cloud.audit.log.v1.written`,
        );
    }
    expect(refusal(called([...filters, { attribute: "bucket", value: "a" }]))).toBe(
        'The request was invalid: attribute "bucket" is not supported for event type google.cloud.audit.log.v1.written',
    );
    expect(refusal(called([...filters, { attribute: "resourceName", value: "*", operator: "like" }]))).toBe(
        'The request was invalid: invalid operator "like" for attribute "resourceName"',
    );
    expect(refusal(called(filters, { triggerRegion: "eu" }))).toBe(
        "Location eu is not found or access is unauthorized.",
    );
    const made = world.make("Function", called(filters, { triggerRegion: "global" }));
    expect(made.token).toBe(tokenOf("Function"));
    expect(made.state.eventTrigger.trigger).toMatch(/\/locations\/global\/triggers\/predict-\d{6}$/);
});
