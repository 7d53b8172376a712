import { Access, anonymous } from "../../../../local/runtime/emulator/access";
import { Terminal } from "../../../../local/runtime/emulator/terminal";
import { account, image, place, runWorld } from "../runWorld";
import type { World } from "../world";
import { Emulator } from "./served";

const project = "projects/acme-dev";
const location = `${project}/locations/europe-west1`;

/** A project with what the calls are on. */
async function started(): Promise<{ world: World; emulator: Emulator }> {
    const apis = ["aiplatform", "cloudscheduler", "dataflow", "iamcredentials", "logging", "pubsub"];
    const world = runWorld(...apis);
    world.make("Topic", { name: "sales" });
    world.make("Job", {
        name: "nightly",
        schedule: "0 3 * * *",
        pubsubTarget: { topicName: `${project}/topics/sales`, data: "e30=" },
    });
    const template = { template: { containers: [{ image }], serviceAccount: account } };
    world.make("RunJob", { name: "migrate", location: "europe-west1", deletionProtection: false, template });
    world.make("RunService", { ...place, template: { containers: [{ image }] } });
    world.make("AiEndpoint", { name: "4711", location: "europe-west1", displayName: "iris" });
    return { world, emulator: await Emulator.of(world) };
}

test.each([
    ["cloudscheduler.jobs.run", "roles/cloudscheduler.jobRunner", `POST /v1/${location}/jobs/nightly:run`, 200],
    ["aiplatform.endpoints.predict", "roles/aiplatform.user", `POST /v1/${location}/endpoints/4711:predict`, 501],
    ["aiplatform.endpoints.get", "roles/aiplatform.viewer", `GET /v1/${location}/endpoints/4711`, 200],
    ["logging.logEntries.list", "roles/logging.viewer", "POST /v2/entries:list", 200],
    ["run.jobs.run", "roles/run.invoker", `POST /v2/${location}/jobs/migrate:run`, 501],
    ["run.services.get", "roles/run.viewer", `GET /v2/${location}/services/web`, 200],
    ["dataflow.jobs.list", "roles/dataflow.viewer", `GET /v1b3/${location}/jobs`, 200],
])("a caller needs %s, which %s has, for %s", async (permission, role, called, allowed) => {
    const { world, emulator } = await started();
    const [method, path] = called.split(" ");
    const issued = await fetch(`${emulator.url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`, {
        method: "POST",
        body: JSON.stringify({ scope: ["https://www.googleapis.com/auth/cloud-platform"] }),
    });
    const { accessToken } = (await issued.json()) as { accessToken: string };
    const body = path === "/v2/entries:list" ? { resourceNames: [project] } : {};
    const ask = async () => {
        const answer = await fetch(`${emulator.url}${path}`, {
            method: String(method),
            headers: { authorization: `Bearer ${accessToken}` },
            ...(method === "POST" && { body: JSON.stringify(body) }),
        });
        await answer.text();
        return answer.status;
    };
    expect(await ask()).toBe(403);
    expect(emulator.lines).toEqual([
        expect.stringMatching(`^${account} lacks ${permission} on projects/.*: grant it in the program`),
    ]);
    world.cloud.iam.grant("acme-dev", "//cloudresourcemanager.googleapis.com/projects/acme-dev", {
        role,
        member: `serviceAccount:${account}`,
    });
    expect(await ask()).toBe(allowed);
});

test("a machine without an account reads what is public, and nothing else", () => {
    const { cloud } = runWorld();
    const lines: string[] = [];
    const access = new Access(
        cloud,
        new Terminal((line) => lines.push(line)),
        () => undefined,
        () => undefined,
    );
    const bucket = "//storage.googleapis.com/buckets/acme-site";
    const read = () => access.require(anonymous, "storage.objects.get", `${bucket}/objects/index.html`);
    expect(read).toThrow(
        "Anonymous caller does not have storage.objects.get access to buckets/acme-site/objects/index.html.",
    );
    expect(lines).toEqual([
        "a caller without an account lacks storage.objects.get on buckets/acme-site/objects/index.html: grant it in the program, by `uses`",
    ]);
    cloud.iam.grant("acme-dev", bucket, { role: "roles/storage.objectViewer", member: "allUsers" });
    expect(read).not.toThrow();
});
