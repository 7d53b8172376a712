import { GoogleError } from "../../cloud/errors";
import { projectName } from "../../cloud/projects";
import type { Calls, Context, Inputs, TypeRules } from "../../rules/rules";
import { networkPath } from "../compute/names";
import { findNetwork } from "../compute/network";
import { api, fullName, invalid } from "./names";

const place = ({ project }: Inputs) => `projects/${project}/policies`;
const id = (inputs: Inputs) => `${place(inputs)}/${inputs.name}`;

/** https://cloud.google.com/dns/docs/server-policies-overview: each network has at most one policy. */
function verify(inputs: Inputs, { cloud }: Context): void {
    const { project, networks = [] } = inputs;
    const pathOf = ({ networkUrl }: Inputs) => networkPath(networkUrl, project);
    const others = cloud.store.list(fullName(place(inputs))).filter((entry) => entry.id !== id(inputs));
    const taken = others.flatMap(({ state }) => ((state.networks ?? []) as Inputs[]).map(pathOf));
    for (const [index, network] of networks.entries()) {
        if (!findNetwork(cloud, network.networkUrl, project) || taken.includes(pathOf(network))) {
            throw invalid(`policyResource.networks[${index}]`, network.networkUrl);
        }
    }
}

const readPolicy = ["dns.policies.get"];

/** The permission to bind a policy to networks, on their projects. */
const bindPolicy = ({ networks = [], project }: Inputs): Calls =>
    networks.map(({ networkUrl }: Inputs) => ({
        method: "dns.networks.bindPrivateDNSPolicy",
        on: projectName(networkPath(networkUrl, project).split("/")[1] as string),
    }));

export const policy: TypeRules = {
    noun: "Policy",
    generatedNoun: "DNSPolicy",
    cost: "free",
    api,
    id,
    alreadyExists: ({ name }) =>
        new GoogleError(409, `The resource 'entity.policyResource' named '${name}' already exists`, {
            reason: "alreadyExists",
        }),
    verify,
    state: (inputs, _context, old) => {
        // A PATCH has no name servers if the program removes them, so that they remain:
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/dns/resource_dns_policy.go
        const { alternativeNameServerConfig } = old ?? {};
        return {
            // By the schema, the API sets it; the value is that of its documentation.
            dns64Config: { scope: { allQueries: false } },
            ...(alternativeNameServerConfig && { alternativeNameServerConfig }),
            ...inputs,
        };
    },
    // https://cloud.google.com/dns/docs/access-control#dns.admin. A policy is deleted after it is detached from its networks.
    calls: {
        create: (inputs) => ["dns.policies.create", ...bindPolicy(inputs), ...readPolicy],
        read: readPolicy,
        update: (inputs) => ["dns.policies.update", ...bindPolicy(inputs), ...readPolicy],
        delete: ({ networks }) => [...(networks?.length ? ["dns.policies.update"] : []), "dns.policies.delete"],
    },
};
