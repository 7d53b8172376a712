import type { Fault } from "slipway-local";
import { Deployment } from "../../deploy/deployment";

const program = `
const pulumi = require("@pulumi/pulumi");
const api = (service) => new gcp.projects.Service(service, { service: service + ".googleapis.com", disableOnDestroy: false });
const enabled = ["appengine", "cloudbuild"].map(api);
const app = new gcp.appengine.Application("app", { locationId: "europe-west" }, { dependsOn: enabled });
const bucket = new gcp.storage.Bucket("files", { location: "europe-west1", name: "acme-raw-files", uniformBucketLevelAccess: true });
const main = new gcp.storage.BucketObject("main", { bucket: bucket.name, name: "main.py", content: "app = None" });
const sourceUrl = pulumi.interpolate\`https://storage.googleapis.com/\${bucket.name}/\${main.name}\`;
const roles = ["storage.admin", "artifactregistry.createOnPushWriter", "logging.logWriter"];
const member = "serviceAccount:acme-raw@appspot.gserviceaccount.com";
const grants = roles.map((role) => new gcp.projects.IAMMember(role, { project: "acme-raw", role: "roles/" + role, member }, { dependsOn: app }));
let before = app;
for (const versionId of ["v1", "v2"]) {
    before = new gcp.appengine.StandardAppVersion(versionId, {
        service: "default",
        versionId,
        runtime: "python313",
        entrypoint: { shell: "python main.py" },
        deployment: { files: [{ name: "main.py", sourceUrl }] },
        noopOnDestroy: true,
    }, { dependsOn: [before, ...grants] });
}

async function call(method, path, body) {
    const answer = await fetch(process.env.GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT + path, {
        method,
        body: body && JSON.stringify(body),
        headers: { authorization: "Bearer " + process.env.GOOGLE_OAUTH_ACCESS_TOKEN },
    });
    const json = await answer.json();
    if (!answer.ok) {
        throw new Error(method + " " + path + ": " + json.error.status + " " + json.error.message);
    }
    return json;
}
async function done(operation) {
    while (!operation.done) {
        operation = await call("GET", operation.name);
    }
    if (operation.error) {
        throw new Error(operation.error.code + " " + operation.error.message);
    }
}
class Rollout extends pulumi.dynamic.Resource {
    constructor(name, options) {
        const path = "apps/acme-raw/services/default";
        super({
            async create() {
                const bare = await fetch(process.env.GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT + path);
                await done(await call("PATCH", path + "?updateMask=split", { split: { allocations: { v2: 1 } } }));
                await done(await call("DELETE", path + "/versions/v1"));
                const { versions } = await call("GET", path + "/versions");
                const isOwn = process.env.GOOGLE_OAUTH_ACCESS_TOKEN === "the user's own";
                return { id: "rollout", outs: { versions: versions.map(({ id }) => id), isOwn, bare: bare.status } };
            },
        }, name, { versions: undefined, isOwn: undefined, bare: undefined }, options);
    }
}
const rollout = new Rollout("rollout", { dependsOn: [before, ...grants] });
exports.versions = rollout.versions;
exports.isOwn = rollout.isOwn;
exports.bare = rollout.bare;
`;

const up = ["up", "--yes", "--skip-preview", "-s", "dev"];
const ownToken = { GOOGLE_OAUTH_ACCESS_TOKEN: "the user's own" };

function faulty(fault: Partial<Fault>) {
    return { faults: [{ verb: "delete" as const, answer: 503, ...fault } as Fault] };
}

test("a program's own calls of the Admin API reach the local cloud, with a separate token", async () => {
    const deployment = Deployment.raw(program);
    await deployment.succeed(up, ownToken);
    const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
    expect(JSON.parse(output)).toEqual({ versions: ["v2"], isOwn: false, bare: 401 });
    expect(deployment.cloud.existing()).toContain("StandardAppVersion apps/acme-raw/services/default/versions/v2");
    expect(deployment.cloud.existing()).not.toContain("StandardAppVersion apps/acme-raw/services/default/versions/v1");
    await deployment.remove();
});

test.each<[string, Partial<Fault>, RegExp]>([
    ["fails", {}, /UNAVAILABLE The service is currently unavailable\./],
    ["is dropped", { answer: "cut" }, /fetch failed/],
    [
        "starts an operation that fails",
        { type: "google.appengine.v1.Versions.DeleteVersion", answer: 500 },
        /13 Internal error encountered\./,
    ],
])("when a call %s, the deployment fails too, and the next up repeats the call", async (_, fault, words) => {
    const deployment = Deployment.raw(program);
    const type = "appengine.apps.services.versions.delete";
    const { code, output } = await deployment.run(up, {}, faulty({ type, ...fault }));
    expect([code, output]).toEqual([1, expect.stringMatching(words)]);
    expect(deployment.cloud.existing()).toContain("StandardAppVersion apps/acme-raw/services/default/versions/v1");
    await deployment.succeed(up);
    expect(deployment.cloud.existing()).not.toContain("StandardAppVersion apps/acme-raw/services/default/versions/v1");
    await deployment.remove();
});

test("a call with a kill fault stops pulumi in the middle of it", async () => {
    const deployment = Deployment.raw(program);
    const fault = faulty({ type: "appengine.apps.services.versions.delete", name: "v1", answer: "kill" });
    const { code, output } = await deployment.run(up, {}, fault);
    // The output of a killed pulumi contains no duration.
    expect([code, output]).toEqual([1, expect.not.stringContaining("Duration")]);
    expect(deployment.cloud.existing()).toContain("StandardAppVersion apps/acme-raw/services/default/versions/v1");
    await deployment.remove();
});
