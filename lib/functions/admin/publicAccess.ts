import type { dynamic } from "@pulumi/pulumi";
import { AdminApi, cloudRun } from "../../internal/adminApi/adminApi";

/** The Cloud Run service of a function, and when the function was last deployed. */
export interface PublicAccessInputs {
    project: string;
    location: string;
    service: string;
    /** A deployment of the function can reset its service. */
    deployed: string;
}

export interface PublicAccessOutputs extends PublicAccessInputs {
    /** Whether Cloud Run does not check the permissions of callers. */
    invokerIamDisabled: boolean;
}

const pathOf = ({ project, location, service }: PublicAccessInputs) =>
    `projects/${project}/locations/${location}/services/${service}`;

/**
 * Disables the invoker check of a service, which {@link https://cloud.google.com/run/docs/authenticating/public Google recommends}
 * for public services: organization policies usually forbid `allUsers`. The API of functions does not have this setting.
 */
export function publicAccessProvider(
    api = new AdminApi(undefined, undefined, cloudRun),
): dynamic.ResourceProvider<PublicAccessInputs, PublicAccessOutputs> {
    const set = (path: string, invokerIamDisabled: boolean) =>
        api.change("PATCH", path, { query: { updateMask: "invokerIamDisabled" }, body: { invokerIamDisabled } });
    const open = async (inputs: PublicAccessInputs): Promise<PublicAccessOutputs> => {
        await set(pathOf(inputs), true);
        return { ...inputs, invokerIamDisabled: true };
    };
    return {
        async diff(_id, olds, news) {
            return {
                changes: !olds.invokerIamDisabled || olds.deployed !== news.deployed || pathOf(olds) !== pathOf(news),
                replaces: (["project", "location", "service"] as const).filter((key) => olds[key] !== news[key]),
            };
        },
        async create(inputs) {
            return { id: pathOf(inputs), outs: await open(inputs) };
        },
        async update(_id, _olds, news) {
            return { outs: await open(news) };
        },
        async read(id, props = {} as PublicAccessOutputs) {
            const found = await api.find<{ invokerIamDisabled?: boolean }>(id);
            return found
                ? { id, props: { ...props, invokerIamDisabled: found.invokerIamDisabled === true } }
                : { id: "" };
        },
        async delete(id) {
            if (await api.find(id)) {
                await set(id, false);
            }
        },
    };
}
