import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, computeApi, crossProject, fullName, selfLink } from "./names";

const hostName = (project: string) => fullName(`projects/${project}/xpnHost`);
const serviceName = ({ hostProject, serviceProject }: Inputs) =>
    fullName(`projects/${hostProject}/xpnResources/${serviceProject}`);

const refused = (text: string, reason = "badRequest") => new GoogleError(400, text, { reason });

/** The service projects of a host. */
const servicesOf = (cloud: Cloud, host: string): Entry[] =>
    cloud.store.list(fullName(`projects/${host}`), "xpnResources");

/** The host of a service project. */
export const hostOf = (cloud: Cloud, service: string): string | undefined =>
    cloud.store.list(fullName("projects"), "xpnResources").find(({ state }) => state.serviceProject === service)?.state
        .hostProject as string | undefined;

/** Whether a project may use a network: its own, or that of the host to which it is attached. */
export const isAttached = (cloud: Cloud, project: string, owner: string): boolean =>
    owner === project || cloud.isLenient || hostOf(cloud, project) === owner;

/**
 * Throws unless a service of a project may use a network or subnetwork with this path. The text is approximate:
 * https://docs.cloud.google.com/vpc/docs/shared-vpc#service_projects
 */
export function requireAttached(cloud: Cloud, path: string, project: string): void {
    const [, owner = ""] = path.split("/");
    if (!isAttached(cloud, project, owner)) {
        throw new GoogleError(400, notAttached(project, owner));
    }
}

export const notAttached = (project: string, owner: string) =>
    `Project '${project}' is not attached to the Shared VPC host project '${owner}'.`;

/**
 * Machines have subnetworks of their project, or of the host to which it is attached:
 * https://cloud.google.com/vpc/docs/shared-vpc#iam_in_shared_vpc
 */
export function requireShared(cloud: Cloud, field: string, path: string, project: string): void {
    const [, owner = ""] = path.split("/");
    if (!isAttached(cloud, project, owner)) {
        throw crossProject(field, path);
    }
}

/**
 * A host project (https://cloud.google.com/vpc/docs/shared-vpc): "A project cannot be both a host and a service project simultaneously".
 * The texts are approximate.
 */
export const sharedVpcHost: TypeRules = {
    noun: "Shared VPC Host",
    cost: "free",
    errorPrefix: (_, { project }) => `Error enabling Shared VPC Host ${JSON.stringify(project)}`,
    deleteErrorPrefix: ({ project }) => `Error disabling Shared VPC Host ${JSON.stringify(project)}`,
    api,
    id: ({ project }) => project,
    name: ({ project }) => hostName(project),
    alreadyExists: () => undefined,
    verify: ({ project }, { cloud }) => {
        const host = hostOf(cloud, project);
        if (host) {
            throw refused(`Project '${project}' is a service project of '${host}' and cannot be a shared VPC host.`);
        }
    },
    remove: ({ project }, { cloud }) => {
        if (servicesOf(cloud, project).length > 0) {
            throw refused("Cannot disable project as a shared VPC host because it has active service projects.");
        }
    },
    calls: {
        create: ["compute.projects.enableXpnHost", "compute.globalOperations.get", "compute.projects.get"],
        read: ["compute.projects.get"],
        update: ["compute.projects.get"],
        delete: ["compute.projects.disableXpnHost", "compute.globalOperations.get"],
    },
};

/** What a service project has in the networks of its host. */
function userOf(cloud: Cloud, { hostProject, serviceProject }: Inputs): Entry | undefined {
    const within = selfLink(`projects/${hostProject}/`);
    return cloud.store
        .list(fullName(`projects/${serviceProject}`))
        .find(({ state }) => [state.network, state.subnetwork].some((link) => String(link).startsWith(within)));
}

/** The attachment of a service project to a host. */
export const sharedVpcService: TypeRules = {
    noun: "Shared VPC Resource",
    cost: "free",
    errorPrefix: () => "",
    deleteErrorPrefix: ({ serviceProject }) => `Error disabling Shared VPC Resource ${JSON.stringify(serviceProject)}`,
    api,
    project: ({ hostProject }) => hostProject,
    id: ({ hostProject, serviceProject }) => `${hostProject}/${serviceProject}`,
    name: serviceName,
    verify: ({ hostProject, serviceProject }, { cloud }) => {
        cloud.projects.requireApi(serviceProject, ...computeApi);
        if (!cloud.store.read(hostName(hostProject))) {
            throw refused(
                `Invalid resource usage: ''projects/${hostProject}' is not a shared VPC host project.'.`,
                "invalidResourceUsage",
            ).recordedIn("https://github.com/GoogleCloudPlatform/gke-enterprise-mt/issues/20");
        }
        const other = hostOf(cloud, serviceProject);
        if (cloud.store.read(hostName(serviceProject)) || (other && other !== hostProject)) {
            throw refused(`Project '${serviceProject}' is a host project, or is attached to another one.`);
        }
    },
    remove: (inputs, { cloud }) => {
        const user = userOf(cloud, inputs);
        if (user) {
            const { hostProject, serviceProject } = inputs;
            const text = `Cannot detach '${serviceProject}' from '${hostProject}': '${user.id}' uses its networks.`;
            throw refused(text, "resourceInUseByAnotherResource");
        }
    },
    calls: {
        create: ["compute.projects.enableXpnResource", "compute.globalOperations.get"],
        read: ["compute.projects.get"],
        update: ["compute.projects.get"],
        delete: ["compute.projects.disableXpnResource", "compute.globalOperations.get"],
    },
};
