import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { fullName, networkPath, notFound } from "../compute/names";
import { api, connectionName } from "./names";

const path = ({ service = api, network, name }: Inputs, project: string) =>
    `services/${service}/projects/${project}/global/networks/${lastPart(network)}/peeredDnsDomains/${name}`;

/**
 * The network must have a connection, and a suffix ends with a dot:
 * https://cloud.google.com/service-infrastructure/docs/service-networking/reference/rest/v1/services.projects.global.networks.peeredDnsDomains.
 * The texts are approximate.
 */
function verify({ network, project, service = api, dnsSuffix }: Inputs, { cloud }: Context): void {
    const to = networkPath(network, cloud.projects.idOf(project));
    if (!cloud.store.read(fullName(to))) {
        throw notFound(to);
    }
    if (!cloud.store.read(connectionName(to, service))) {
        const text = `The network '${to}' has no private services access connection to '${service}'.`;
        throw new GoogleError(400, text, { reason: "failedPrecondition" });
    }
    if (!String(dnsSuffix).endsWith(".")) {
        throw new GoogleError(400, `Invalid DNS suffix '${dnsSuffix}': it must end with a dot.`, {
            reason: "badRequest",
        });
    }
}

/** The provider reads the number of the project first. */
const projectRead = ["cloudresourcemanager.projects.get"];

const peeredDomains = (verb: string) => `servicenetworking.services.projects.global.networks.peeredDnsDomains.${verb}`;

/** A domain of a network that the services of a producer may resolve. */
export const peeredDnsDomain: TypeRules = {
    noun: "Peered DNS Domain",
    cost: "free",
    api,
    // The project can be given by its number, which the answer has.
    project: ({ project }, { cloud }) => cloud.projects.idOf(project),
    id: (inputs) => path(inputs, inputs.project),
    name: (inputs) => `//${api}/${path(inputs, inputs.project)}`,
    verify,
    // The real ID also has the number of the project; rules of IDs only see the inputs.
    state: (inputs, { cloud }) => {
        const [parent] = path(inputs, cloud.projects.number(cloud.projects.idOf(inputs.project))).split(
            "/peeredDnsDomains/",
        );
        return { service: api, ...inputs, parent };
    },
    calls: {
        create: [...projectRead, peeredDomains("create"), "servicenetworking.operations.get", peeredDomains("list")],
        read: [...projectRead, peeredDomains("list")],
        update: [...projectRead, peeredDomains("list")],
        delete: [...projectRead, peeredDomains("delete"), "servicenetworking.operations.get"],
    },
};
