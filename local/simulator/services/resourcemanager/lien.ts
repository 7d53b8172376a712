import { randomUUID } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { api } from "./parents";

const liens = `//${api}/liens`;

/** Converts a project's ID or number to its ID. */
const projectOf = ({ parent }: Inputs, { cloud }: Context): string => cloud.projects.idOf(lastPart(parent));

export function liensOn(cloud: Cloud, project: string): Entry[] {
    return cloud.store.list(liens).filter((entry) => entry.project === project);
}

/** "Protecting projects with liens": the only restriction that liens support. */
const restrictable = "resourcemanager.projects.delete";

function verify(inputs: Inputs, context: Context): void {
    const { origin, reason, restrictions } = inputs;
    context.cloud.projects.get(projectOf(inputs, context));
    const isWrong = (text: string) => text.length === 0 || text.length > 200;
    const isUnknown = (restriction: string) => restriction !== restrictable;
    if (isWrong(origin) || isWrong(reason) || restrictions.length === 0 || restrictions.some(isUnknown)) {
        throw new GoogleError(400, "Request contains an invalid argument.", { reason: "badRequest" });
    }
}

export const lien: TypeRules = {
    noun: "Lien",
    generatedNoun: "ResourceManagerLien",
    cost: "free",
    api,
    project: projectOf,
    id: ({ name }) => name,
    name: ({ name }) => `${liens}/${name}`,
    deleteErrorPrefix: () => "Error when reading or editing Lien",
    verify,
    state: (inputs, context, old) => ({
        name: old?.name ?? `p${context.cloud.projects.number(projectOf(inputs, context))}-l${randomUUID()}`,
        createTime: old?.createTime ?? new Date().toISOString(),
    }),
    calls: {
        create: ["cloudresourcemanager.liens.create", "cloudresourcemanager.liens.list"],
        read: ["cloudresourcemanager.liens.list"],
        update: [],
        delete: ["cloudresourcemanager.liens.delete"],
    },
};
