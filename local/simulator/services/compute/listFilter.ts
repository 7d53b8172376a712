import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

/** The terms of a filter that clients send: `name = train`, `(name eq "train") (status != RUNNING)`. */
export function filterOf(filter: string): (resource: Inputs) => boolean {
    const terms = [...filter.matchAll(/([\w.]+)\s*(=|!=|:|eq|ne)\s*"?([^\s")]*)"?/g)];
    const rest = filter.replaceAll(/([\w.]+)\s*(=|!=|:|eq|ne)\s*"?([^\s")]*)"?/g, "").replaceAll(/AND|[()\s]/g, "");
    if (rest !== "") {
        throw new GoogleError(400, `Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`, {
            reason: "invalid",
        });
    }
    return (resource) =>
        terms.every(([, field = "", operator, value]) => {
            const found = field.split(".").reduce<Inputs | undefined>((owner, key) => owner?.[key], resource);
            return (String(found ?? "") === value) === !["!=", "ne"].includes(operator ?? "");
        });
}
