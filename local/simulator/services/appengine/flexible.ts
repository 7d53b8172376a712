import { nameFormats } from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { sourceOf, storedDigest, storeImage } from "../artifactregistry/images";
import { type ImageName, imageName, repositoryName } from "../artifactregistry/names";
import { computeApi, findNetwork, findSubnetwork } from "../compute";
import { requireAttached } from "../compute/sharedVpc";
import { defaultAccount } from "./application";
import { build, verifySource } from "./deployment";
import { appRegion, invalid, versionPath } from "./names";
import { verifyResources } from "./resources";
import { verifyFlexibleRuntime } from "./runtimes";
import { verifyChecks, verifyFlexibleScaling } from "./scaling";
import { defaultHandlers, verifyVersion, versionRules } from "./version";
import { versionCalls } from "./versions";

/** The API of the flexible environment, with its title. */
export const flexibleApi: [string, string] = ["appengineflex.googleapis.com", "Google App Engine Flexible Environment"];

function verify(inputs: Inputs, cloud: Cloud): void {
    const { project, runtime, deployment = {} } = inputs;
    cloud.projects.requireApi(project, ...flexibleApi);
    cloud.projects.requireApi(project, ...computeApi);
    verifyVersion(inputs, cloud);
    verifyFlexibleRuntime(inputs, cloud.supportClock);
    verifyFlexibleScaling(inputs);
    verifyChecks(inputs);
    verifyResources(inputs.resources);
    verifySource(inputs, cloud);
    verifyNetwork(inputs, cloud);
    const { container, files = [], zip } = deployment;
    if (container && (files.length > 0 || zip)) {
        throw invalid("Only one of deployment.container and deployment.files or deployment.zip may be given.");
    }
    if (container && runtime !== "custom") {
        throw invalid(`A deployment of an image needs the runtime 'custom' (got '${runtime}').`);
    }
    if (container && !/(@sha256:[a-f\d]{64}|:[\w][\w.-]{0,127})$/.test(container.image)) {
        throw invalid(`Image '${container.image}' must be fully qualified and include a tag or digest.`);
    }
}

/** "Network settings": the network and the subnetwork in the application's region, by name. */
function verifyNetwork({ project, network }: Inputs, cloud: Cloud): void {
    if (!network) {
        return;
    }
    const { name, subnetwork, forwardedPorts = [], instanceTag } = network;
    // Networks of other projects have the form `projects/HOST/global/networks/NAME`.
    const found = findNetwork(cloud, name, project);
    if (!found) {
        throw new GoogleError(400, `Network '${name}' not found in project '${project}'.`);
    }
    requireAttached(cloud, found.id, project);
    if (!subnetwork && found.state.autoCreateSubnetworks === false) {
        throw invalid(`Network '${name}' has custom subnetworks: the name of a subnetwork must be specified.`);
    }
    const region = appRegion(cloud, project);
    if (subnetwork && !findSubnetwork(cloud, subnetwork, { project: found.id.split("/")[1] as string, region })) {
        throw new GoogleError(400, `Subnetwork '${subnetwork}' not found in region '${region}' of network '${name}'.`);
    }
    for (const port of forwardedPorts) {
        if (!/^\d{1,5}(:\d{1,5})?(\/(tcp|udp))?$/.test(port)) {
            throw invalid(`Invalid forwarded port '${port}'.`);
        }
    }
    if (instanceTag !== undefined && !nameFormats.rows.computeResource.pattern.test(instanceTag)) {
        throw invalid(`Invalid instance tag '${instanceTag}'.`);
    }
}

/** Whether the instances' service account can pull an image. */
const mayPull = (cloud: Cloud, { repository }: ImageName, account: string): boolean =>
    isAllowedOn(cloud, account, "artifactregistry.repositories.downloadArtifacts", repositoryName(repository));

/** The operation: starts instances of an image, which must exist. Images of other registries are assumed to exist. */
function start(inputs: Inputs, cloud: Cloud): void {
    const { project, deployment = {}, serviceAccount } = inputs;
    const image = deployment.container?.image;
    if (!image) {
        build(inputs, "flexible", cloud);
        return;
    }
    const name = imageName(image);
    if (!name || !cloud.projects.find(name.project)) {
        return;
    }
    const source = storedDigest(cloud, name) === undefined ? sourceOf(cloud, name) : name.repository;
    const account = serviceAccount ?? defaultAccount(project);
    if (source === undefined || !mayPull(cloud, name, account)) {
        throw new OperationError(
            9,
            `Flex operation ${versionPath(inputs)} error [FAILED_PRECONDITION]: Unable to pull image '${image}' as '${account}': it does not exist, or the account lacks the permission 'artifactregistry.repositories.downloadArtifacts'.`,
        );
    }
    if (source !== name.repository && name.version.startsWith("sha256:")) {
        storeImage(cloud, name, name.version);
    }
}

export const flexibleAppVersion: TypeRules = {
    ...versionRules("Flexible"),
    verify: (inputs, { cloud }) => {
        verify(inputs, cloud);
        start(inputs, cloud);
    },
    state: (inputs) => {
        const { project, automaticScaling } = inputs;
        return {
            name: versionPath(inputs),
            runtimeApiVersion: inputs.runtimeApiVersion ?? "1",
            serviceAccount: inputs.serviceAccount ?? defaultAccount(project),
            handlers: inputs.handlers ?? defaultHandlers,
            ...(automaticScaling && { automaticScaling: { maxConcurrentRequests: 0, ...automaticScaling } }),
        };
    },
    calls: versionCalls,
};
