import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Cloud } from "../../local/simulator/cloud/cloud";
import type { Settings } from "../../local/simulator/provider/settings";
import { titles } from "../../local/simulator/rules/catalogue";
import { agents } from "../../local/simulator/services/serviceusage";
import { link, newFolder, upload, World } from "../../test/unit/local/world";

/** When the provider's documentation and tests were published, as runtimes and versions of clusters come to their end. */
const published = new Date("2026-08-21T00:00:00Z");

/** APIs of services that are not simulated, which resources of others need. */
const otherApis = ["binaryauthorization.googleapis.com", "servicedirectory.googleapis.com"];

const shared = new Map<string, string>();

function worldIn(folder: string, settings: Settings): World {
    return new World(settings, {}, new Cloud(folder, undefined, () => published, {}, undefined, "none"));
}

/**
 * A cloud as the authors of the provider's documentation and tests have it: a project with all APIs, in an organization that restricts
 * nothing. It is made once for each project, and copied.
 */
export function assumedWorld(project: string): World {
    const place = { region: "us-central1", zone: "us-central1-a" };
    const settings = { project, ...place, userProjectOverride: true, billingProject: project };
    const folder = shared.get(project) ?? join(newFolder(), "cloud");
    if (!shared.has(project)) {
        enableAll(worldIn(folder, settings));
        shared.set(project, folder);
    }
    const copy = newFolder();
    link(dirname(folder), copy);
    return worldIn(join(copy, "cloud"), settings);
}

/** Deletes what a world has on disk. */
export const discard = ({ cloud }: World): void => rmSync(dirname(cloud.folder), { recursive: true, force: true });

/** Enables all APIs of a project, and creates the service agents, which exist at the latest when they are used. */
export function enableAll(world: World): void {
    const { project } = world.settings;
    for (const service of [...Object.keys(titles), ...otherApis]) {
        world.makeAny("gcp:projects/service:Service", { service, project });
        if (agents[service]) {
            world.makeAny("gcp:projects/serviceIdentity:ServiceIdentity", { service, project });
        }
    }
    grantAgents(world);
}

/** What the project of the provider's tests grants: configurations do not repeat it. */
function grantAgents(world: World): void {
    const { number, provider, settings } = world;
    const { project } = settings;
    provider.invoke("gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount", { project });
    provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", { project });
    const accounts = world.cloud.store
        .list("//iam.googleapis.com/serviceAgents")
        .filter((entry) => entry.project === project)
        .map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
    const agent = (domain: string) => `service-${number}@${domain}.iam.gserviceaccount.com`;
    const grants: [role: string, accounts: string[]][] = [
        ["composer.ServiceAgentV2Ext", [agent("cloudcomposer-accounts")]],
        ["eventarc.serviceAgent", [agent("gcp-sa-eventarc")]],
        ["bigquery.dataEditor", [agent("gcp-sa-pubsub"), agent("gcp-sa-aiplatform")]],
        ["secretmanager.secretAccessor", [`${number}-compute@developer.gserviceaccount.com`]],
        ["cloudkms.cryptoKeyEncrypterDecrypter", accounts],
    ];
    for (const [role, members] of grants) {
        for (const account of members) {
            world.make("ProjectIAMMember", { project, role: `roles/${role}`, member: `serviceAccount:${account}` });
        }
    }
}

/** Creates the project's App Engine application, with a version of the service `default`, without which it has no others. */
export function addApplication(world: World): void {
    const { project = "" } = world.settings;
    const bucket = `${project}-app`;
    world.makeAny("gcp:appengine/application:Application", { locationId: "us-central" });
    world.make("Bucket", { name: bucket, location: "us-central1" });
    upload(world, bucket, "app.zip", { "main.py": "" });
    world.grantBuilds(`${project}@appspot.gserviceaccount.com`);
    world.makeAny("gcp:appengine/standardAppVersion:StandardAppVersion", {
        service: "default",
        versionId: "v1",
        runtime: "python313",
        entrypoint: { shell: "gunicorn main:app" },
        deployment: { zip: { sourceUrl: `https://storage.googleapis.com/${bucket}/app.zip` } },
    });
}
