import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs, TypeCalls } from "../../rules/rules";
import { updateInstance } from "./instances";
import { fullName, invalid, requireApp, servicePath, versionPath } from "./names";
import { createService, findService, requireService } from "./services";

export const standardType = "gcp:appengine/standardAppVersion:StandardAppVersion";
export const flexibleType = "gcp:appengine/flexibleAppVersion:FlexibleAppVersion";

type Found = Entry & { state: Inputs };

export const isFlexible = ({ type }: Pick<Entry, "type">): boolean => type === flexibleType;

export const versionName = (version: Inputs) => fullName(versionPath(version));

/** Stores what the provider's state does not contain: the creation time and the serving status. */
const factsName = (version: Inputs) => `${versionName(version)}/facts`;

export function findVersion(cloud: Cloud, version: Inputs): Found | undefined {
    return cloud.store.read(versionName(version));
}

export function requireVersion(cloud: Cloud, version: Inputs): Found {
    requireApp(cloud, version.project);
    const found = findVersion(cloud, version);
    if (!found) {
        throw new GoogleError(404, `Version '${versionPath(version)}' not found.`);
    }
    return found;
}

/** The versions of a service, by ID. */
export function versionsOf(cloud: Cloud, project: string, service: string): Found[] {
    requireService(cloud, project, service);
    const all = cloud.store.list(fullName(`${servicePath(project, service)}/versions`)) as Found[];
    return all.filter(({ type }) => type !== undefined);
}

export const serverStateOf = (cloud: Cloud, version: Inputs): Inputs =>
    cloud.store.read(factsName(version))?.state ?? {};

export const servingStatus = (cloud: Cloud, version: Inputs): string => serverStateOf(cloud, version).servingStatus;

/** Starts or stops a version. */
export function setServingStatus(cloud: Cloud, version: Inputs, servingStatus: string): void {
    writeFacts(cloud, version, { ...serverStateOf(cloud, version), servingStatus });
}

function writeFacts(cloud: Cloud, version: Inputs, state: Inputs): void {
    const [name, project] = [factsName(version), String(version.project)];
    cloud.store.write({ name, project, id: `${versionPath(version)}/facts`, state });
    const found = findVersion(cloud, version);
    if (found && isFlexible(found)) {
        updateInstance(found.state, state.servingStatus === "SERVING", cloud);
    }
}

/** "Version": which versions can be stopped. Standard versions with automatic scaling cannot. */
export function verifyStatus({ state, type }: Found, status: string): void {
    if (status !== "SERVING" && status !== "STOPPED") {
        throw invalid(
            `Invalid value at 'version.serving_status' (type.googleapis.com/google.appengine.v1.ServingStatus), "${status}"`,
        );
    }
    if (!isFlexible({ type }) && !state.basicScaling && !state.manualScaling) {
        throw invalid(
            "Serving status can only be changed for versions that use basic or manual scaling, or that run in the App Engine flexible environment.",
        );
    }
}

/** Creates the service of its first version, and starts serving. */
export function afterDeployment(version: Inputs, cloud: Cloud): void {
    createService(version, cloud);
    writeFacts(cloud, version, {
        createTime: cloud.now().toISOString(),
        servingStatus: version.servingStatus ?? "SERVING",
    });
}

/** The host name of a service or version: `v2-dot-web-dot-acme-dev.ew.r.appspot.com`. */
export function serviceHost(cloud: Cloud, project: string, service: string, versionId?: string): string {
    const { defaultHostname } = requireApp(cloud, project).state;
    return [versionId, service === "default" ? undefined : service, defaultHostname].filter(Boolean).join("-dot-");
}

/** Throws if a version cannot be deleted. */
export function verifyVersionRemoval(version: Inputs, cloud: Cloud): void {
    const { project, service, versionId } = version;
    requireVersion(cloud, version);
    if (versionsOf(cloud, project, service).length === 1) {
        throw invalid(
            "Cannot delete the final version of a service (module). Please delete the whole service (module) in order to delete this version.",
        );
    }
    if (findService(cloud, project, service)?.state.split.allocations[versionId] !== undefined) {
        throw invalid(
            "Cannot delete a version with a non-zero traffic allocation. Please update your traffic split to remove the allocation for this version and try again.",
        );
    }
}

export function removeVersion(version: Inputs, cloud: Cloud): void {
    updateInstance(findVersion(cloud, version)?.state ?? version, false, cloud);
    cloud.store.remove(factsName(version));
    cloud.store.remove(versionName(version));
}

const version = "appengine.apps.services.versions";

/** App Engine builds the version as the caller. https://cloud.google.com/iam/docs/roles-permissions/appengine */
const deployVersion = [
    `${version}.create`,
    "appengine.apps.operations.get",
    `${version}.get`,
    "cloudbuild.projects.builds.create",
];

/** The calls for a version. */
export const versionCalls: TypeCalls = {
    create: deployVersion,
    read: [`${version}.get`],
    update: deployVersion,
    delete: ({ noopOnDestroy, deleteServiceOnDestroy }) =>
        noopOnDestroy
            ? []
            : [
                  deleteServiceOnDestroy ? "appengine.apps.services.delete" : `${version}.delete`,
                  "appengine.apps.operations.get",
              ],
};
