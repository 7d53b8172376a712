import type { Inputs } from "../../../local/simulator/rules/rules";
import { image, runWorld } from "./runWorld";
import { type Made, refusalOf, type World } from "./world";

const project = "acme-dev";
const location = "europe-west1";
const email = "events@acme-dev.iam.gserviceaccount.com";
const topic = `projects/${project}/topics/sales`;
const target = `projects/${project}/locations/${location}/services/web`;
const trigger = `projects/${project}/locations/${location}/triggers/sales`;

const messages = [{ attribute: "type", value: "google.cloud.pubsub.topic.v1.messagePublished" }];
const files = (bucket: string) => [
    { attribute: "type", value: "google.cloud.storage.object.v1.finalized" },
    { attribute: "bucket", value: bucket },
];

/** A project with a service and a topic, in which Eventarc has its roles. */
function eventWorld({ agent = true, receiver = true } = {}): World {
    const world = runWorld("eventarc", "pubsub");
    world.account("events");
    world.make("RunService", {
        name: "web",
        location,
        deletionProtection: false,
        template: { containers: [{ image }] },
    });
    world.make("Topic", { name: "sales" });
    world.make("Bucket", { name: "acme-files", location });
    const { member } = world.make("ServiceIdentity", { service: "eventarc.googleapis.com" }).state;
    if (agent) {
        world.make("ProjectIAMMember", { project, role: "roles/eventarc.serviceAgent", member });
    }
    if (receiver) {
        const role = "roles/eventarc.eventReceiver";
        world.make("ProjectIAMMember", { project, role, member: `serviceAccount:${email}` });
    }
    return world;
}

const make = (world: World, more: Inputs = {}): Made =>
    world.make("Trigger", {
        name: "sales",
        location,
        serviceAccount: email,
        matchingCriterias: messages,
        destination: { cloudRunService: { service: "web" } },
        ...more,
    });

const refused = (code: number, words: string) => `Error creating Trigger: googleapi: Error ${code}: ${words}`;

describe("an Eventarc trigger", () => {
    test("has its own topic and subscription until it is deleted", () => {
        const world = eventWorld();
        const made = make(world);
        const { pubsub } = made.state.transport;
        expect(pubsub.topic).toMatch(new RegExp(`^projects/${project}/topics/eventarc-${location}-sales-\\d{3}$`));
        expect(pubsub.subscription).toMatch(
            new RegExp(`^projects/${project}/subscriptions/eventarc-${location}-sales-sub-\\d{3}$`),
        );
        expect(made.state).toMatchObject({
            destination: { cloudRunService: { service: "web", region: location } },
            eventDataContentType: "application/json",
            uid: expect.stringMatching(/^[\da-f-]{36}$/),
        });
        const transport = () =>
            [pubsub.topic, pubsub.subscription].filter((path) =>
                world.cloud.store.read(`//pubsub.googleapis.com/${path}`),
            );
        expect(transport()).toHaveLength(2);
        expect(refusalOf(() => make(world))).toBe(refused(409, `Resource '${trigger}' already exists`));
        world.remove(made);
        expect(transport()).toEqual([]);
    });

    test("does not delete the program's topic", () => {
        const world = eventWorld();
        const made = make(world, { transport: { pubsub: { topic } } });
        expect(made.state.transport.pubsub.topic).toBe(topic);
        world.remove(made);
        expect(world.cloud.store.read(`//pubsub.googleapis.com/${topic}`)).toBeDefined();
    });

    test("is moved to another service by an update, and keeps its subscription", () => {
        const world = eventWorld();
        const made = make(world);
        world.make("RunService", { name: "api", location, template: { containers: [{ image }] } });
        const { state } = world.update(made, {
            ...made.inputs,
            destination: { cloudRunService: { service: "api", region: location } },
        });
        expect(state.destination.cloudRunService.service).toBe("api");
        expect([state.transport, state.uid]).toEqual([made.state.transport, made.state.uid]);
    });

    test.each<[string, Inputs, string]>([
        [
            "a service that does not exist",
            { destination: { cloudRunService: { service: "shop" } } },
            refused(
                400,
                `The request was invalid: the Cloud Run service ${target.replace("web", "shop")} does not exist`,
            ),
        ],
        [
            "a service of another region",
            { destination: { cloudRunService: { service: "web", region: "us-east1" } } },
            refused(
                400,
                `The request was invalid: the Cloud Run service ${target.replace(location, "us-east1")} does not exist`,
            ),
        ],
        [
            "two destinations",
            { destination: { cloudRunService: { service: "web" }, workflow: "projects/p/locations/l/workflows/w" } },
            refused(400, "The request was invalid: exactly one destination must be set"),
        ],
        [
            "events without a type",
            { matchingCriterias: files("acme-files").slice(1) },
            refused(400, 'The request was invalid: missing required attribute "type"'),
        ],
        [
            "an unknown location",
            { location: "europe-west99" },
            refused(403, "Location europe-west99 is not found or access is unauthorized."),
        ],
        [
            "a topic that does not exist",
            { transport: { pubsub: { topic: topic.replace("sales", "orders") } } },
            refused(404, "Resource not found (resource=orders)."),
        ],
        [
            "a bucket that does not exist",
            { matchingCriterias: files("acme-other") },
            refused(
                403,
                'Permission "storage.buckets.get" denied on "Bucket \\"acme-other\\" could not be validated. Please verify that the bucket exists and that the Eventarc service account has permission."',
            ),
        ],
        [
            "a bucket in another location",
            { location: "europe-west4", matchingCriterias: files("acme-files") },
            refused(
                400,
                'The request was invalid: Bucket "acme-files" location "europe-west1" does not match trigger location "europe-west4".',
            ),
        ],
        [
            "audit logs without a method",
            {
                matchingCriterias: [
                    { attribute: "type", value: "google.cloud.audit.log.v1.written" },
                    { attribute: "serviceName", value: "storage.googleapis.com" },
                ],
            },
            refused(
                400,
                'The request was invalid: missing required attribute "methodName" for event type google.cloud.audit.log.v1.written',
            ),
        ],
        [
            "an account that does not exist",
            { serviceAccount: `other@${project}.iam.gserviceaccount.com` },
            refused(
                400,
                `The request was invalid: the service account other@${project}.iam.gserviceaccount.com does not exist in the project ${project}`,
            ),
        ],
    ])("is refused for %s", (_, more, words) => {
        const world = eventWorld();
        expect(refusalOf(() => make(world, more))).toBe(words);
        expect(world.cloud.store.list("//eventarc.googleapis.com")).toEqual([]);
    });

    test("is refused while Eventarc's agent and the trigger's account lack their roles", () => {
        expect(refusalOf(() => make(eventWorld({ agent: false })))).toMatch(
            /^Error creating Trigger: googleapi: Error 400: Invalid resource state for "": Permission denied while using the Eventarc Service Agent\./,
        );
        expect(refusalOf(() => make(eventWorld({ receiver: false }), { matchingCriterias: files("acme-files") }))).toBe(
            refused(403, `Permission "eventarc.events.receiveEvent" denied on "${email}"`),
        );
    });

    test("of a bucket fails until Cloud Storage can publish", () => {
        const world = eventWorld();
        const { member } = world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
        expect(refusalOf(() => make(world, { matchingCriterias: files("acme-files") }))).toMatch(
            /^Error waiting to create Trigger: Error waiting for Creating Trigger: Error code 7, message: The Cloud Storage service account for your bucket is unable to publish to Cloud Pub\/Sub topics in the specified project\.\n/,
        );
        world.make("ProjectIAMMember", { project, role: "roles/pubsub.publisher", member });
        make(world, { matchingCriterias: files("acme-files") });
    });
});
