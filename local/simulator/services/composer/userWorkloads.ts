import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeCalls, TypeRules } from "../../rules/rules";
import { nameError } from "../compute/names";
import { requireState } from "./environment";
import { api, badRequest, environmentNotFound, environmentPath, findEnvironment, fullName } from "./names";
import { imageVersionOf, isComposer3 } from "./versions";

const environmentOf = ({ project, region, environment }: Inputs) => ({ project, region, name: environment });

export const secretPath = (inputs: Inputs): string =>
    `${environmentPath(environmentOf(inputs))}/userWorkloadsSecrets/${inputs.name}`;

export const configMapPath = (inputs: Inputs): string =>
    `${environmentPath(environmentOf(inputs))}/userWorkloadsConfigMaps/${inputs.name}`;

/** The maximum size of a Kubernetes Secret or ConfigMap. */
const maxBytes = 1024 * 1024;

function keyProblems(data: Record<string, string>): string[] {
    const size = Object.entries(data).reduce((sum, [key, value]) => sum + key.length + Buffer.byteLength(value), 0);
    return [
        ...Object.keys(data)
            .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
            .map(
                (key) => `Invalid key '${key}': a valid key must consist of alphanumeric characters, '-', '_' or '.'.`,
            ),
        ...(size > maxBytes ? [`Data must be at most ${maxBytes} bytes long.`] : []),
    ];
}

/**
 * "Use KubernetesPodOperator": only Cloud Composer 3 environments support them; those of Cloud Composer 2 have their
 * own cluster.
 */
function verifyPlace(inputs: Inputs, kind: string, cloud: Cloud): void {
    const place = environmentOf(inputs);
    const found = findEnvironment(cloud, place);
    if (!found) {
        throw environmentNotFound(place);
    }
    requireState(place, cloud, "update", "RUNNING");
    if (!isComposer3(imageVersionOf(found.state))) {
        throw badRequest([`${kind} are supported for Cloud Composer 3 environments only.`]);
    }
}

const isBase64 = (text: string) => Buffer.from(text, "base64").toString("base64") === text;

const refused = { name: nameError, environment: nameError };

const taken = (path: string) =>
    new GoogleError(409, `Resource already exists in the project (resource=${path}).`, { reason: "alreadyExists" });

function workloadCalls(kind: string): TypeCalls {
    const collection = `composer.projects.locations.environments.userWorkloads${kind}`;
    return { update: [`${collection}.update`, `${collection}.get`] };
}

export const userWorkloadsConfigMap: TypeRules = {
    noun: "UserWorkloadsConfigMap",
    generatedNoun: "ComposerUserWorkloadsConfigMap",
    cost: "free",
    api,
    id: configMapPath,
    validators: refused,
    alreadyExists: (inputs) => taken(configMapPath(inputs)),
    verify: (inputs, { cloud }) => {
        verifyPlace(inputs, "User workloads ConfigMaps", cloud);
        const problems = keyProblems(inputs.data ?? {});
        if (problems.length > 0) {
            throw badRequest(problems);
        }
    },
    calls: workloadCalls("ConfigMaps"),
};

export const userWorkloadsSecret: TypeRules = {
    noun: "UserWorkloadsSecret",
    cost: "free",
    errorPrefix: (verb) => (verb === "create" ? "Error creating UserWorkloadsSecret" : ""),
    deleteErrorPrefix: () => "",
    api,
    id: secretPath,
    validators: refused,
    alreadyExists: (inputs) => taken(secretPath(inputs)),
    verify: (inputs, { cloud }) => {
        verifyPlace(inputs, "User workloads Secrets", cloud);
        const data: Record<string, string> = inputs.data ?? {};
        const plain = Object.entries(data).filter(([, value]) => !isBase64(value));
        const problems = [
            ...keyProblems(data),
            ...plain.map(([key]) => `Invalid value of key '${key}': it must be a base64-encoded string.`),
        ];
        if (problems.length > 0) {
            throw badRequest(problems);
        }
    },
    content: ({ data = {} }) => Buffer.from(JSON.stringify(data)),
    contentProperties: ["data"],
    read: (state, { cloud }) => {
        const entry = cloud.store.read(fullName(secretPath(state)));
        const data = entry?.content && JSON.parse(cloud.store.content(entry.content).toString());
        return entry && { ...entry.state, ...(Object.keys(data ?? {}).length > 0 && { data }) };
    },
    calls: workloadCalls("Secrets"),
};
