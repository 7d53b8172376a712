import type { Inputs } from "../../../local/simulator/rules/rules";
import type { Exchange } from "./recordings";
import { recordedTypes } from "./types";
import { last, type RecordedType } from "./types/recordedType";

/** The steps of a type's path; `{keyRing+4}` are the ring and the four steps of its location. */
const patternOf = ({ path }: RecordedType) =>
    path.replace("{keyRing+4}", "projects/{}/locations/{}/keyRings/{keyRing}").split("/");

/** The project is also addressed by its number, and that of service accounts not at all. */
const inProject = (url: string) => url.replace(/\/projects\/(-|\d+)\//, "/projects/acme-dev/");

/** The type and the place of a request's resource. */
export function find(
    { method, url, request }: Exchange,
    index: number,
    exchanges: Exchange[],
): { type: RecordedType; key: string; place: Inputs; isCreated: boolean } | undefined {
    const { hostname, pathname, searchParams } = new URL(inProject(url));
    const steps = `${hostname}${pathname}`.split("/");
    for (const type of recordedTypes) {
        const pattern = patternOf(type);
        const isCreated = steps.length === pattern.length - 1 && method !== "GET" && method !== "DELETE";
        const fits = pattern.every(
            (part, index) => part.startsWith("{") || part === steps[index] || (isCreated && !steps[index]),
        );
        if (!fits || steps.length > pattern.length || last(pathname).includes(":")) {
            continue;
        }
        const { named = "name" } = type;
        const isIn = (value: Inputs | undefined, path: string) =>
            path.split(".").reduce((item, step) => item?.[step], value);
        const query = [...searchParams].find(([key]) => /(I|_i)d$/.test(key))?.[1];
        const body = type.nested && request?.[type.nested] ? request[type.nested] : request;
        const own = query ?? isIn(body, named) ?? isIn(request, named);
        if (isCreated && (type.isNumbered || own === undefined)) {
            // The name is that of the next read, because the answer can be an operation.
            const read = exchanges
                .slice(index + 1)
                .find(
                    (each) =>
                        each.method === "GET" && inProject(each.url).startsWith(`${inProject(url).split("?")[0]}/`),
                );
            const same = read && find(read, index, exchanges);
            return same && { ...same, isCreated: true };
        }
        const name = isCreated ? last(own) : last(pathname);
        const place: Inputs = Object.fromEntries(
            pattern.flatMap((step, index) =>
                step.length > 2 && step.startsWith("{")
                    ? [[step.slice(1, -1), decodeURIComponent(steps[index] ?? name)]]
                    : [],
            ),
        );
        if (place.keyRing) {
            place.keyRing = steps.slice(2, 8).join("/");
        }
        if (place.accountId) {
            place.accountId = place.accountId.split("@")[0];
        }
        return { type, key: `${type.token} ${place.accountId ?? decodeURIComponent(name)}`, place, isCreated };
    }
    return undefined;
}
