import type { FaultSettings } from "../../../local/runtime/emulator/methods/api";
import { dataflowRest } from "../../../local/runtime/services/dataflow/api";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { callRest } from "./callRest";
import { World } from "./world";

export const account = "score-flow@acme-dev.iam.gserviceaccount.com";
export const parent = "projects/acme-dev/locations/europe-west1";
export const image = "europe-west1-docker.pkg.dev/acme-dev/images/score:1";
export const subnetwork =
    "https://www.googleapis.com/compute/v1/projects/acme-dev/regions/europe-west1/subnetworks/data";

const specification = {
    image,
    sdkInfo: { language: "PYTHON" },
    metadata: {
        name: "score",
        streaming: true,
        parameters: [
            { name: "sales", label: "sales", helpText: "sales" },
            { name: "window", label: "window", helpText: "window", isOptional: true },
        ],
    },
};

/** A project with Dataflow, an image, a bucket with a specification, a subnet, and an account that may do a worker's work. */
export function dataflowWorld(): World {
    const world = new World();
    world.enable("dataflow", "compute", "iam", "artifactregistry", "storage");
    world.account("score-flow");
    const member = `serviceAccount:${account}`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/dataflow.worker", member });
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    world.push(image);
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/artifactregistry.reader", member });
    world.make("Bucket", { name: "flow", location: "europe-west1" });
    world.make("BucketIAMMember", { bucket: "flow", role: "roles/storage.objectAdmin", member });
    world.make("BucketObject", { bucket: "flow", name: "score.json", content: JSON.stringify(specification) });
    const network = world.make("Network", { name: "data", autoCreateSubnetworks: false });
    world.make("Subnetwork", {
        name: "data",
        network: network.id,
        region: "europe-west1",
        ipCidrRange: "10.9.0.0/24",
        privateIpGoogleAccess: true,
    });
    return world;
}

/** The parameter of a launch, with changes. */
export const launch = (more: Inputs = {}, environment: Inputs = {}): Inputs => ({
    launchParameter: {
        jobName: "score",
        containerSpecGcsPath: "gs://flow/score.json",
        parameters: { sales: "projects/acme-dev/subscriptions/score" },
        environment: {
            tempLocation: "gs://flow/temp",
            stagingLocation: "gs://flow/staging",
            serviceAccountEmail: account,
            subnetwork,
            ipConfiguration: "WORKER_IP_PRIVATE",
            enableStreamingEngine: true,
            additionalUserLabels: { team: "sales" },
            ...environment,
        },
        ...more,
    },
});

/** Calls the API; the address is without its version. */
export const call = (world: World, method: string, address: string, body?: unknown, troubles?: FaultSettings) =>
    callRest(dataflowRest(world.cloud, troubles), method, `/v1b3/${address}`, body);
