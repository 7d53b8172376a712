import {
    type ServingContainerVersion,
    type ServingFramework,
    servingContainers,
    servingFrameworks,
} from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { sourceOf, storedDigest } from "../artifactregistry/images";
import { imageName, repositoryName } from "../artifactregistry/names";
import { bucketName } from "../storage/names";
import { invalid, precondition } from "./names";

/** Where a resource of Vertex AI is, and the service agent that reads files and images for it. */
export interface Reader {
    cloud: Cloud;
    project: string;
    location: string;
    agent: string;
}

/**
 * Throws unless a bucket exists, is in the region of the resource, and can be read by the agent.
 *
 * @param uri a folder: `gs://acme-dev-models/iris`
 */
export function verifyFolder(uri: string, { cloud, location, agent }: Reader): void {
    const [, bucket = ""] = /^gs:\/\/([^/]+)(\/|$)/.exec(uri) ?? [];
    const found = bucket && cloud.store.read(bucketName(bucket));
    if (!found) {
        throw invalid(`The Cloud Storage URI ${uri} is invalid, or its bucket does not exist.`);
    }
    for (const permission of ["storage.objects.get", "storage.objects.list"]) {
        if (!isAllowedOn(cloud, agent, permission, bucketName(bucket))) {
            throw precondition(
                `Service account \`${agent}\` does not have \`[${permission}]\` IAM permission(s) to the directory "${uri}". Please either copy the files to the Google Cloud Storage bucket owned by your project, or grant the required IAM permission(s) to the service account.`,
            ).recordedIn("https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/3710");
        }
    }
    const place = String(found.state.location).toLowerCase();
    if (place !== location) {
        throw precondition(
            `The Cloud Storage bucket of \`${uri}\` is in location \`${place}\`. It must be in the same regional location as the service location \`${location}\`.`,
        ).recordedIn("https://github.com/googleapis/python-aiplatform/issues/885");
    }
}

/** The names of the files in a folder, by their path in it. */
export function filesIn(cloud: Cloud, uri: string): string[] {
    const [, bucket = "", path = ""] = /^gs:\/\/([^/]+)\/?(.*?)\/?$/.exec(uri) ?? [];
    const prefix = `${bucketName(bucket)}/objects/${path ? `${path}/` : ""}`;
    return cloud.store
        .list(`${bucketName(bucket)}/objects`)
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ name }) => name.slice(prefix.length));
}

/** The frameworks by the beginning of the images' names. */
const frameworks = Object.entries<ServingFramework>(servingFrameworks.rows).map(
    ([name, { image, files }]) =>
        [image, files, Object.entries<ServingContainerVersion>(servingContainers[name as "pytorch"].rows)] as const,
);

const prebuilt =
    /^(?:us|europe|asia)-docker\.pkg\.dev\/vertex-ai\/prediction\/(\w+?)-(?:cpu|gpu|tpu)\.([\d-]+):latest$/;

/** The framework of a prebuilt container: `pytorch`; undefined for other images. */
export function frameworkOf(image: string): string | undefined {
    const [, kind] = prebuilt.exec(image) ?? [];
    return Object.entries<ServingFramework>(servingFrameworks.rows).find(([, row]) => row.image === kind)?.[0];
}

/** Throws unless a folder has the one file that the image of a prebuilt container loads, and the image is available. */
export function verifyPrebuilt(image: string, uri: string | undefined, { cloud }: Reader): void {
    const [, kind, version] = prebuilt.exec(image) ?? [];
    if (kind === undefined) {
        return;
    }
    const [, files, versions] = frameworks.find(([name]) => name === kind) ?? [];
    const found = versions?.find(([name]) => name.replace(".", "-") === version);
    if (!files || !found || Date.parse(found[1].availabilityEnds) <= cloud.supportClock.now()) {
        throw invalid(`Image ${image} is not supported or no longer available.`);
    }
    if (!uri || filesIn(cloud, uri).filter((file) => files.includes(file)).length !== 1) {
        throw precondition(
            `Model directory ${uri ?? ""} is expected to contain exactly one of: [${[...files].reverse().join(", ")}].`,
        ).recordedIn("https://github.com/GoogleCloudPlatform/vertex-ai-samples/pull/1165");
    }
}

/** "This URI must identify an image in Artifact Registry or Container Registry": `ModelContainerSpec`. */
const registries = /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)\//;

/**
 * Throws unless the agent can read an image, which Vertex AI copies. Those of unknown projects are assumed to exist.
 * https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#publishing
 */
export function verifyImage(image: string, { cloud, agent }: Reader): void {
    if (!registries.test(image)) {
        throw invalid(`Image URI "${image}" must be in Artifact Registry or Container Registry.`);
    }
    const name = imageName(image);
    if (!name || !cloud.projects.find(name.project)) {
        return;
    }
    const permission = "artifactregistry.repositories.downloadArtifacts";
    if (!isAllowedOn(cloud, agent, permission, repositoryName(name.repository))) {
        throw precondition(
            `Service account \`${agent}\` does not have \`[${permission}]\` IAM permission(s) on the image "${image}".`,
        );
    }
    if (storedDigest(cloud, name) === undefined && sourceOf(cloud, name) === undefined) {
        throw precondition(`Image "${image}" does not exist.`);
    }
}
