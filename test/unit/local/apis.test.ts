import { projectName } from "../../../local/simulator/cloud/projects";
import { refusalOf, World } from "./world";

/** The API's error, with its title; some APIs add a reason at the end. */
function disabled(api: string, title: string, reason = "", project = "acme-dev"): string {
    const url = `https://console.developers.google.com/apis/api/${api}.googleapis.com/overview?project=${project}`;
    const message = `${title} has not been used in project ${project} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
    return `googleapi: Error 403: ${message}
Details:
[
  {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "domain": "googleapis.com",
    "metadata": {
      "activationUrl": "${url}",
      "consumer": "projects/${project}",
      "containerInfo": "${project}",
      "service": "${api}.googleapis.com",
      "serviceTitle": "${title}"
    },
    "reason": "SERVICE_DISABLED"
  },
  {
    "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
    "locale": "en-US",
    "message": "${message}"
  },
  {
    "@type": "type.googleapis.com/google.rpc.Help",
    "links": [
      {
        "description": "Google developers console API activation",
        "url": "${url}"
      }
    ]
  }
]
${reason}`;
}

const iam: [string, string] = ["iam", "Identity and Access Management (IAM) API"];

test.each<[string, object, string]>([
    ["Topic", {}, `Error creating Topic: ${disabled("pubsub", "Cloud Pub/Sub API")}`],
    ["Subscription", { topic: "sales" }, `Error creating Subscription: ${disabled("pubsub", "Cloud Pub/Sub API")}`],
    [
        "Repository",
        { repositoryId: "images", format: "DOCKER" },
        `Error creating Repository: ${disabled("artifactregistry", "Artifact Registry API")}`,
    ],
    [
        "Function",
        { location: "europe-west1" },
        `Error creating function: ${disabled("cloudfunctions", "Cloud Functions API")}`,
    ],
    [
        "Account",
        { accountId: "predict-run" },
        `Error creating service account: ${disabled(...iam, ", accessNotConfigured")}`,
    ],
    [
        "TopicIAMMember",
        { topic: "sales", role: "roles/pubsub.publisher", member: "allUsers" },
        `Error retrieving IAM policy for pubsub topic "projects/acme-dev/topics/sales": ${disabled("pubsub", "Cloud Pub/Sub API")}`,
    ],
])("%s is refused if its API is not enabled, with Google's message", (type, inputs, message) => {
    expect(refusalOf(() => new World().make(type, inputs))).toBe(message);
});

test.each([
    ["run", "Cloud Run Admin API", ["cloudbuild", "artifactregistry", "eventarc", "pubsub"]],
    ["cloudbuild", "Cloud Build API", ["run", "artifactregistry", "eventarc", "pubsub"]],
    ["artifactregistry", "Artifact Registry API", ["run", "cloudbuild", "eventarc", "pubsub"]],
])("a function is refused without the API %s, which it also requires", (api, title, others) => {
    const world = new World();
    world.enable("cloudfunctions", ...others);
    const refusal = refusalOf(() => world.make("Function", { location: "europe-west1" }));
    expect(refusal).toBe(`Error creating function: ${disabled(api, title)}`);
});

test("an enabled API stays enabled when it is removed, unless it is configured to be disabled", () => {
    const world = new World();
    const kept = world.make("Service", { service: "pubsub.googleapis.com" });
    expect(kept.id).toBe("acme-dev/pubsub.googleapis.com");
    world.remove(kept);
    world.make("Topic", { name: "sales" });
    const switched = world.make("Service", { service: "pubsub.googleapis.com", disableOnDestroy: true });
    world.remove(switched);
    expect(refusalOf(() => world.make("Topic", { name: "more" }))).toContain(
        "Error 403: Cloud Pub/Sub API has not been",
    );
});

test("enabling an API that another program has enabled is no error", () => {
    const world = new World();
    world.enable("pubsub", "pubsub");
    expect(world.make("Topic", { name: "sales" }).id).toBe("projects/acme-dev/topics/sales");
});

test("an unknown API is refused, and an invalid name already at preview", () => {
    const world = new World();
    expect(refusalOf(() => world.enable("Pub/Sub"))).toBe(
        'Request `Enable Project Service "Pub/Sub.googleapis.com" for project "acme-dev"` returned error: failed to enable services: failed on request preconditions: googleapi: Error 403: Not found or permission denied for service(s): Pub/Sub.googleapis.com., forbidden',
    );
    expect(refusalOf(() => world.make("Service", { service: "pubsub" }))).toBe(
        "service: expected pubsub to be a domain like serviceusage.googleapis.com",
    );
});

test("the service agent of Google's APIs exists once Compute Engine is enabled, as an editor", () => {
    const world = new World();
    world.enable("iam");
    const member = `serviceAccount:${world.number}@cloudservices.gserviceaccount.com`;
    const grant = () => world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/viewer", member });
    expect(refusalOf(grant)).toContain(
        `Service account ${world.number}@cloudservices.gserviceaccount.com does not exist.`,
    );
    world.enable("compute");
    expect(grant().state.member).toBe(member);
    expect(world.cloud.iam.has(projectName("acme-dev"), ["roles/editor"], member)).toBe(true);
});

test("a service agent is created with its API, on request, or not at all", () => {
    const world = new World();
    const grant = (agent: string) =>
        world.make("ProjectIAMMember", {
            project: "acme-dev",
            role: "roles/viewer",
            member: `serviceAccount:service-${world.number}@${agent}.iam.gserviceaccount.com`,
        });
    expect(refusalOf(() => grant("serverless-robot-prod"))).toContain("does not exist., badRequest");
    world.enable("run");
    grant("serverless-robot-prod");

    expect(refusalOf(() => grant("gcp-sa-eventarc"))).toContain("does not exist., badRequest");
    const identity = world.make("ServiceIdentity", { service: "eventarc.googleapis.com" });
    expect(identity.state).toMatchObject({
        email: `service-${world.number}@gcp-sa-eventarc.iam.gserviceaccount.com`,
        member: `serviceAccount:service-${world.number}@gcp-sa-eventarc.iam.gserviceaccount.com`,
    });
    world.remove(identity);
    grant("gcp-sa-eventarc");
    expect(world.make("ServiceIdentity", { service: "storage.googleapis.com" }).state.email).toBe("");
});

test("a project that the stack is not configured with does not exist", () => {
    const world = new World();
    expect(refusalOf(() => world.make("Account", { accountId: "predict-run", project: "acme-other" }))).toBe(
        "Error creating service account: googleapi: Error 403: The caller does not have permission, forbidden",
    );
    expect(refusalOf(() => world.make("Bucket", { location: "EU", project: "acme-other" }))).toBe(
        "googleapi: Error 400: Unknown project id: acme-other, invalid",
    );
    const getProject = "gcp:organizations/getProject:getProject";
    expect(refusalOf(() => world.provider.invoke(getProject, { projectId: "acme-other" }))).toBe(
        'the user does not have permission to access Project "acme-other" or it may not exist',
    );
    expect(world.provider.invoke(getProject, {})).toMatchObject({
        id: "projects/acme-dev",
        projectId: "acme-dev",
        number: expect.stringMatching(/^[1-9]\d{11}$/),
    });
});

test("nothing can be created without a project", () => {
    expect(refusalOf(() => new World({}).make("Topic", {}))).toBe("project: required field is not set");
});
