import { appEngineLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { endInstances } from "./instances";
import { appPath, fullName, invalid, requireApp, servicePath, verifyServiceId } from "./names";

type Found = Entry & { state: Inputs };

const maxServices = appEngineLimits.rows.services.max;
const maxVersions = appEngineLimits.rows.versions.max;

export const servicesName = (project: string) => fullName(`${appPath(project)}/services`);

/** The services of an application. Versions and settings are stored below their services. */
export const servicesOf = (cloud: Cloud, project: string): Found[] =>
    cloud.store.list(servicesName(project)).filter(({ name }) => /\/services\/[^/]+$/.test(name)) as Found[];

export function findService(cloud: Cloud, project: string, service: string): Found | undefined {
    return cloud.store.read(fullName(servicePath(project, service)));
}

export function requireService(cloud: Cloud, project: string, service: string): Found {
    requireApp(cloud, project);
    const found = findService(cloud, project, service);
    if (!found) {
        throw new GoogleError(404, `Service '${servicePath(project, service)}' not found.`);
    }
    return found;
}

/** Throws if a version cannot be created in a service, or a limit is reached. */
export function verifyService({ project, service }: Inputs, cloud: Cloud, isNew: boolean): void {
    requireApp(cloud, project);
    verifyServiceId(service);
    const services = servicesOf(cloud, project);
    if (services.length === 0 && service !== "default") {
        throw invalid(
            `The first service (module) you upload to a new application must be the 'default' service (module). Please upload a version of the 'default' service (module) before uploading a version for the '${service}' service (module).`,
        );
    }
    if (services.length >= maxServices && !findService(cloud, project, service)) {
        throw invalid(
            `Your app may not have more than ${maxServices} services. Please delete one of the existing services before trying to create a new service.`,
        );
    }
    const versions = cloud.store.list(servicesName(project)).filter(({ id }) => /\/versions\/[^/]+$/.test(id));
    if (isNew && versions.length >= maxVersions) {
        throw invalid(
            `Your app may not have more than ${maxVersions} versions. Please delete one of the existing versions before trying to create a new version.`,
        );
    }
}

/** Creates a service with its first version, which gets all traffic. */
export function createService({ project, service, versionId }: Inputs, cloud: Cloud): void {
    const id = servicePath(project, service);
    const state = { name: id, id: service, split: { allocations: { [versionId]: 1 } } };
    cloud.store.create({ name: fullName(id), project, id, state });
}

/** Changes properties of a service, and returns all of them. */
export function updateService({ project, service }: Inputs, change: Inputs, cloud: Cloud): Inputs {
    const found = requireService(cloud, project, service);
    const state = { ...found.state, ...change };
    cloud.store.write({ ...found, state });
    return state;
}

/** Sets the ingress settings of a service. */
export function setIngress({ project, service, networkSettings }: Inputs, cloud: Cloud): Inputs {
    return updateService({ project, service }, { networkSettings }, cloud);
}

/** Throws if the service is `default`, which cannot be deleted. */
export function verifyServiceRemoval(project: string, service: string, cloud: Cloud): void {
    requireService(cloud, project, service);
    if (service === "default") {
        throw invalid("The default service (module) may not be deleted.");
    }
}

export function removeService(project: string, service: string, cloud: Cloud): void {
    const name = fullName(servicePath(project, service));
    endInstances(
        cloud.store.list(`${name}/versions`).filter(({ type }) => type !== undefined),
        cloud,
    );
    cloud.store.removeBelow(name);
    cloud.store.remove(name);
}
