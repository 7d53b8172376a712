import type { Inputs } from "../../../local/simulator/rules/rules";
import type { Exchange } from "./recordings";

/** Datasets are placeholders in paths, and have their names in requests and answers. */
export function withDatasets(exchanges: Exchange[]): Exchange[] {
    let dataset: string | undefined;
    return exchanges.map((exchange) => {
        const { request, answer } = exchange;
        const references = [request, answer].flatMap((body) => [
            body?.datasetReference,
            body?.tableReference,
            body?.routineReference,
        ]);
        const missing = /Not found: \w+ [\w-]+:([\w-]+)/.exec(answer?.error?.message ?? "")?.[1];
        dataset = references.find((item) => item?.datasetId)?.datasetId ?? missing ?? dataset;
        return dataset === undefined
            ? exchange
            : { ...exchange, url: exchange.url.replace("/dataset-id", `/${dataset}`) };
    });
}

/** A JSON merge patch. */
export function merged(value: Inputs, patch: Inputs): Inputs {
    const result = { ...value };
    for (const [key, item] of Object.entries(patch)) {
        const both = isObject(item) && isObject(result[key]);
        result[key] = both ? merged(result[key], item) : item;
    }
    return result;
}

const isObject = (value: unknown): value is Inputs =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** Replaces the fields of an update mask. */
export function masked(value: Inputs, patch: Inputs, mask: string): Inputs {
    const result = structuredClone(value);
    for (const path of mask.replaceAll("policy.", "").split(",")) {
        const steps = path
            .split(".")
            .map((step) => step.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
        const name = steps.pop() as string;
        let [from, to]: [Inputs | undefined, Inputs] = [patch, result];
        for (const step of steps) {
            from = from?.[step];
            to[step] ??= {};
            to = to[step];
        }
        to[name] = from?.[name];
    }
    return result;
}

/**
 * Paths of Compute Engine have placeholders instead of names that requests and answers have. What is read has its name in the answer, and
 * what is changed was read before.
 */
export function withNames(exchanges: Exchange[]): Exchange[] {
    const names = new Map<string, string>();
    return exchanges.map((exchange) => {
        const { method, url, answer } = exchange;
        const [, path, placeholder] = /^(https:\/\/compute\.[^?]*\/)([a-z-]+-id)(?=$|[/?])/.exec(url) ?? [];
        if (!path || !placeholder) {
            return exchange;
        }
        const [, missing] = /\/([^/']+)' was not found/.exec(answer?.error?.message ?? "") ?? [];
        const name = method === "GET" ? (missing ?? answer?.name) : undefined;
        if (name) {
            names.set(path + placeholder, name);
        }
        const known = names.get(path + placeholder) ?? placeholder;
        return { ...exchange, url: url.replace(path + placeholder, path + known) };
    });
}
