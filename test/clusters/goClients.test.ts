import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { project, running } from "../apps/runningFunction";

jest.setTimeout(900_000);

const folder = join(__dirname, "goClients");
const email = "main-run@acme-dev.iam.gserviceaccount.com";

test("Google's clients in Go reach the APIs, with the rights of their account", async () => {
    const files = Object.fromEntries(
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
    const { ask, world } = await running({ files, runtime: "go126", account: email });
    const asked = async (): Promise<Record<string, string>> => JSON.parse((await ask(`/?project=${project}`))[1]);
    expect(await asked()).toEqual({
        bigquery: expect.stringContaining("bigquery.jobs.create"),
        pubsub: expect.stringContaining("PermissionDenied"),
        secretmanager: expect.stringContaining("PermissionDenied"),
        storage: expect.stringContaining("storage.objects.get"),
    });

    for (const role of [
        ...["bigquery.jobUser", "bigquery.dataViewer", "pubsub.publisher", "secretmanager.secretAccessor"],
        "storage.objectViewer",
    ]) {
        const grant = { role: `roles/${role}`, member: `serviceAccount:${email}` };
        world.cloud.iam.grant(project, `//cloudresourcemanager.googleapis.com/projects/${project}`, grant);
    }
    expect(await asked()).toEqual({ bigquery: "0", pubsub: "published", secretmanager: "lemon", storage: "tea" });
});
