import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../../local/simulator/provider/settings";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { code } from "./functionCode";
import { link, newFolder, upload, World } from "./world";

/** The examples of a Google service: a file in the folder `examples`. */
interface ServiceExamples {
    /** The resources that the examples refer to, in addition to common ones. */
    prepare?(world: World): void;
    /** The provider's configuration, in addition to project and region. */
    settings?: Settings;
    /** For each type, a minimal example and one with all blocks in which the server sets values. */
    examples: Record<string, Inputs[]>;
}

const folder = join(__dirname, "examples");
const services: ServiceExamples[] = readdirSync(folder).map((file) => require(join(folder, file)));

const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run"];

const worlds = new Map<ServiceExamples, string>();

/** A separate world with the resources that a type's examples refer to; it is created once per service and copied. */
export function prepared(token: string): World {
    const service = services.find(({ examples }) => examples[token]) as ServiceExamples;
    const settings = { project: "acme-dev", region: "europe-west1", ...service.settings };
    const folder = worlds.get(service) ?? newFolder();
    if (!worlds.has(service)) {
        prepare(new World(settings, { folder }), service);
        worlds.set(service, folder);
    }
    const copy = newFolder();
    link(folder, copy);
    return new World(settings, { folder: copy });
}

function prepare(world: World, service: ServiceExamples): void {
    world.grantEditors().enable(...apis);
    world.account("example");
    world.make("Topic", { name: "sales" });
    world.make("Topic", { name: "dead" });
    world.make("Subscription", { name: "reader", topic: "sales" });
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    world.push("europe-west1-docker.pkg.dev/acme-dev/images/app:1");
    world.make("Bucket", { name: "acme-files", location: "europe-west1" });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    const project = "acme-dev";
    const agent = `serviceAccount:service-${world.number}@gs-project-accounts.iam.gserviceaccount.com`;
    world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
    world.make("ProjectIAMMember", { project, role: "roles/pubsub.publisher", member: agent });
    const eventarc = world.make("ServiceIdentity", { service: "eventarc.googleapis.com" }).state.member;
    world.make("ProjectIAMMember", { project, role: "roles/eventarc.serviceAgent", member: eventarc });
    const pubsub = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state.member;
    world.make("BucketIAMMember", { bucket: "acme-files", role: "roles/storage.admin", member: pubsub });
    world.make("Function", { name: "called", location: "europe-west1", ...code });
    service.prepare?.(world);
}

export const examples: Record<string, Inputs[]> = Object.assign({}, ...services.map((service) => service.examples));
