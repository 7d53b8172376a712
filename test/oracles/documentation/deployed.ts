import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { Cloud } from "../../../local/cloud/cloud";
import type { Settings } from "../../../local/provider/settings";
import { titles } from "../../../local/rules/catalogue";
import type { Inputs } from "../../../local/rules/rules";
import { agents } from "../../../local/services/serviceusage";
import { link, newFolder, upload, World } from "../../unit/local/world";
import { run } from "../program";
import { Stack } from "../stack";
import { type Example, programOf } from "./examples";

/** What differs: an error, a change of an unchanged program, and what remains. */
export async function deployed(example: Example): Promise<string[]> {
    const world = prepared(example);
    const stack = new Stack();
    const program = programOf(example);
    const home = process.cwd();
    process.chdir(filesOf(example));
    try {
        await run(program, stack, world, true);
        await run(program, stack, world, false);
        const { differences } = stack;
        await run(program, stack, world, true);
        differences.push(...stack.changes.map((change) => `again: ${change}`));
        differences.push(...stack.refresh().map((change) => `refresh: ${change}`));
        await run(program, stack, world, true);
        differences.push(...stack.changes.map((change) => `after the refresh: ${change}`));
        stack.unprotect();
        const made = new Set(stack.resources.map(({ token, id }) => `${token} ${id}`));
        await stack.destroy();
        const remaining = world.cloud.store
            .list()
            .filter(({ type = "", id, state }) => made.has(`${type} ${id}`) && !isKept(type, state));
        return [...differences, ...remaining.map(({ name }) => `remains: ${name}`)];
    } catch (error) {
        return [(error as Error).message ?? String(error)];
    } finally {
        process.chdir(home);
    }
}

/**
 * Whether the documentation of the provider says that a destroy leaves a resource: `disable_on_destroy` of APIs, and "Key rings cannot be
 * deleted from Google Cloud Platform. Destroying a Terraform-managed key ring will remove it from state but will not delete the resource",
 * as keys and their versions.
 */
const isKept = (token: string, state: Inputs) =>
    token.startsWith("gcp:kms/") || (token === "gcp:projects/service:Service" && !state.disableOnDestroy);

/** As the examples assume: a provider with everything that they leave out, and an organization that restricts nothing. */
const settings: Settings = {
    project: "my-project-name",
    region: "us-central1",
    zone: "us-central1-a",
    userProjectOverride: true,
    billingProject: "my-project-name",
};
let shared: string | undefined;

/** When the documentation was published, as runtimes and versions of clusters come to their end. */
const published = new Date("2026-08-21T00:00:00Z");

/** The version of the service `default`, without which an application has no others. */
const version = {
    service: "default",
    versionId: "v1",
    runtime: "python313",
    entrypoint: { shell: "gunicorn main:app" },
    deployment: { zip: { sourceUrl: "https://storage.googleapis.com/my-project-name-app/app.zip" } },
};

function worldIn(folder: string): World {
    return new World(settings, {}, new Cloud(folder, undefined, () => published, {}, undefined, "none"));
}

/** A cloud with what an example assumes: its projects, with all APIs, and App Engine unless it creates it. */
function prepared({ code, uses }: Example): World {
    if (shared === undefined) {
        shared = newFolder();
        enableAll(worldIn(shared));
    }
    const folder = newFolder();
    link(shared, folder);
    const world = worldIn(folder);
    for (const [, project = ""] of code.matchAll(
        /(?:\bproject(?:Id)?: "|\bprojects\/)([a-z][a-z0-9-]{4,28}[a-z0-9])\b/g,
    )) {
        if (!code.includes(`projectId: "${project}"`)) {
            enableAll(world.beside({ ...settings, project }), project);
        }
    }
    const needsApplication = uses.some((token) => /^gcp:(appengine|cloudtasks|cloudscheduler)\//.test(token));
    if (needsApplication && !code.includes("gcp.appengine.Application(")) {
        world.makeAny("gcp:appengine/application:Application", { locationId: "us-central" });
        world.make("Bucket", { name: "my-project-name-app", location: "us-central1" });
        upload(world, "my-project-name-app", "app.zip", { "main.py": "" });
        world.grantBuilds("my-project-name@appspot.gserviceaccount.com");
        world.makeAny("gcp:appengine/standardAppVersion:StandardAppVersion", version);
    }
    return world;
}

/** With all APIs, and with the service agents that they create at the latest when they are used. */
function enableAll(world: World, project = settings.project): void {
    for (const service of [...Object.keys(titles), "servicedirectory.googleapis.com"]) {
        world.makeAny("gcp:projects/service:Service", { service, project });
        if (agents[service]) {
            world.makeAny("gcp:projects/serviceIdentity:ServiceIdentity", { service, project });
        }
    }
    grantAgents(world, project);
}

/** What the project of the provider's tests grants: examples do not repeat it. */
function grantAgents(world: World, project = settings.project): void {
    const { number, provider } = world;
    provider.invoke("gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount", { project });
    provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", { project });
    const agents = world.cloud.store
        .list("//iam.googleapis.com/serviceAgents")
        .filter((entry) => entry.project === project)
        .map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
    const grants: [role: string, accounts: string[]][] = [
        ["eventarc.serviceAgent", [`service-${number}@gcp-sa-eventarc.iam.gserviceaccount.com`]],
        ["bigquery.dataEditor", [`service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`]],
        ["secretmanager.secretAccessor", [`${number}-compute@developer.gserviceaccount.com`]],
        ["cloudkms.cryptoKeyEncrypterDecrypter", agents],
    ];
    for (const [role, accounts] of grants) {
        for (const account of accounts) {
            world.make("ProjectIAMMember", { project, role: `roles/${role}`, member: `serviceAccount:${account}` });
        }
    }
}

/** A folder with the files that an example reads. */
function filesOf({ code }: Example): string {
    const folder = newFolder();
    const archive = zipSync({ "index.js": Buffer.from(""), "main.py": Buffer.from("") });
    for (const [, path = ""] of code.matchAll(/File(?:Asset|Archive)\("(.+?)"\)/g)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, archive);
    }
    return folder;
}
